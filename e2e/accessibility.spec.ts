import { Floodgate } from '../tests/support/floodgate';
import { freePort } from '../tests/support/free-port';
import { expectNoViolations } from './support/axe';
import { serverEnvironment } from './support/servers';
import { stopBehind } from './support/stop-behind';
import { expect, test } from './support/test';

test.describe('axe finds nothing', { tag: '@every-look' }, () => {
  test('on a fresh page and after a burst', async ({ page, traffic }) => {
    await expectNoViolations(page);
    await traffic.burst();
    await traffic.otherTicker.fill('1');
    await expectNoViolations(page);
  });

  test('with a request’s details open', async ({ page, traffic }) => {
    await traffic.burst();
    await traffic.blocks.last().click();
    await expect(traffic.dialog).toBeVisible();
    await expectNoViolations(page);
  });

  test('with the shortcuts open', async ({ page, traffic }) => {
    await page.keyboard.press('?');
    await expect(traffic.dialog).toBeVisible();
    await expectNoViolations(page);
  });

  test('while the store is unreachable', async ({ page, traffic }) => {
    const floodgate = await Floodgate.start('front door', {
      ...serverEnvironment,
      REDIS_URL: `redis://127.0.0.1:${await freePort()}`,
    });
    try {
      await page.goto(floodgate.url);
      await expect(traffic.strip).toContainText('redis has been unreachable');
      await traffic.burstButton.click();
      await traffic.expectStates(Array(8).fill('degraded'));
      await expectNoViolations(page);
    } finally {
      await stopBehind(page, floodgate);
    }
  });

  test.describe('on a page of one message', () => {
    test.use({ expectedComplaints: [/^Failed to load resource: .* status of 404/] });

    test('where nothing is served', async ({ page }) => {
      await page.goto('/nothing-here');
      await expectNoViolations(page);
    });
  });

  test.describe('while the server is unreachable', () => {
    test.use({ expectedComplaints: [/net::ERR_FAILED/] });

    test('with a failed request', async ({ page, traffic }) => {
      await page.route(/\/(health|api)/, (route) => route.abort());
      await expect(traffic.strip).toContainText('has not answered since');
      await traffic.sendButton.click();
      await traffic.expectStates(['error']);
      await expectNoViolations(page);
    });
  });
});
