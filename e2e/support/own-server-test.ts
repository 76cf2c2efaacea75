import { join } from 'node:path';
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
    const floodgate = await Floodgate.start('front door', serverEnvironment);
    await use(floodgate);
    await floodgate.stop();
  },
  baseURL: ({ floodgate }, use) => use(floodgate.url),
  configFile: ({ floodgate }, use) => use(join(floodgate.folder, 'floodgate.config.json')),
});

export { expect };
