// `request-target.ts <url> <address> <host>...`: GETs of one target pool, one for each Host, as a process of its
// own with its own NODE_EXTRA_CA_CERTS. Prints a line for each: status, or why it failed.
import { isIPv4 } from 'node:net';
import { createResolver } from '../../lib/upstream/resolver';
import { createTargetPool } from '../../lib/upstream/target-pool';

const [url = '', address = '', ...hosts] = process.argv.slice(2);
const resolver = createResolver({
  lookup: async () => [{ address, family: isIPv4(address) ? 4 : 6 }],
});
const pool = createTargetPool(url, { connections: 1, connectTimeoutMs: 5_000, resolver });
for (const host of hosts) {
  try {
    const { statusCode, body } = await pool.dispatcher.request({
      origin: url,
      path: '/',
      method: 'GET',
      headers: { host },
    });
    console.log(`${statusCode} ${await body.text()}`);
  } catch (error) {
    console.log(String(Object(error).code));
  }
}
await pool.close();
resolver.close();
