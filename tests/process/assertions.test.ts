import { expect, it, onTestFinished, vi } from 'vitest';
import { Floodgate } from '../support/floodgate';
import { ScriptedOrigin } from '../support/recording-origin';

it('what undici asserts of an upstream does not make the bundle read its own source', async () => {
  const upstream = await ScriptedOrigin.start();
  onTestFinished(() => upstream.stop());
  upstream.script('HTTP/1.1 099 What\r\nContent-Length: 2\r\n\r\nhi');
  const floodgate = await Floodgate.start('front door', { LOG_LEVEL: 'debug' });
  onTestFinished(async () => void (await floodgate.stop()));
  const targets = [{ url: upstream.url }];
  await floodgate.admin('PUT', 'upstreams/odd', { name: 'odd', targets });
  const match = { paths: ['/odd/*'] };
  await floodgate.admin('PUT', 'routes/odd', { name: 'odd', match, upstream: 'odd' });
  const response = await fetch(`${floodgate.url}/odd/thing`);
  expect(response.status).toBe(502);
  await vi.waitFor(() => expect(floodgate.logged(/an attempt failed/)).not.toEqual([]));
  // Node's own assertion would have made its message of the source, for seconds.
  expect(floodgate.logged(/an attempt failed/)[0]).toMatchObject({
    err: { type: 'AssertionError', message: 'an assertion failed' },
  });
});
