import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createBackend } from '../../examples/backend/backend';
import { Floodgate } from '../../tests/support/floodgate';
import { test as base, expect } from './control-test';
import { serverEnvironment } from './servers';

interface Fixtures {
  readonly floodgate: Floodgate;
  /** Where the test's own server keeps its configuration. */
  readonly configFile: string;
}

/** For what touches everything that a server has: each test has one to itself. */
export const test = base.extend<Fixtures>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from it.
  floodgate: async ({}, use) => {
    // What a path under /api that nothing else takes leads to.
    const backend = createBackend({ name: 'backend-1' }).listen(0, '127.0.0.1');
    await once(backend, 'listening');
    const { port } = backend.address() as AddressInfo;
    const floodgate = await Floodgate.start('front door', {
      ...serverEnvironment,
      DEMO_BACKENDS: `http://127.0.0.1:${port}`,
    });
    await use(floodgate);
    await floodgate.stop();
    backend.close();
    backend.closeAllConnections();
  },
  baseURL: ({ floodgate }, use) => use(floodgate.url),
  configFile: ({ floodgate }, use) => use(join(floodgate.folder, 'floodgate.config.json')),
});

export { expect };
