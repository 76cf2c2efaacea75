import { test as base, expect } from '@playwright/test';
import { newClientAddress } from './client-address';
import { watchConsole } from './console-watch';
import { TrafficPage } from './traffic-page';

interface Fixtures {
  /** Console errors and warnings that belong to what the test does; any other fails it. */
  readonly expectedComplaints: readonly RegExp[];
  readonly traffic: TrafficPage;
}

/** Each test is a client of its own and fails on anything its page complains about. */
export const test = base.extend<Fixtures>({
  expectedComplaints: [[], { option: true }],
  extraHTTPHeaders: async ({ extraHTTPHeaders }, use) => {
    await use({ ...extraHTTPHeaders, 'X-Forwarded-For': newClientAddress() });
  },
  page: async ({ page, expectedComplaints }, use) => {
    const complaints = watchConsole(page, expectedComplaints);
    await use(page);
    expect(complaints, 'the console stays silent').toEqual([]);
  },
  traffic: async ({ page }, use) => {
    const traffic = new TrafficPage(page);
    await traffic.open();
    await use(traffic);
  },
});

export { expect };
