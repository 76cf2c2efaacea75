import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { getuid } from 'node:process';
import { defineConfig } from '@playwright/test';
import {
  briefServer,
  controlServer,
  serverEnvironment,
  serverFiles,
  standardServer,
} from './e2e/support/servers';

/** Chromium's sandbox refuses to run for root, as in most containers. */
const isRoot = getuid?.() === 0;

const servers = [standardServer, briefServer, controlServer];

// Workers read this file too; only the run itself starts from nothing.
if (process.env.TEST_WORKER_INDEX === undefined) {
  rmSync(serverFiles, { recursive: true, force: true });
  for (const { configFile } of servers) mkdirSync(dirname(configFile), { recursive: true });
}

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results/playwright',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  workers: 2,
  // Those that needed it are listed as flaky: see CONTRIBUTING.
  retries: process.env.CI ? 1 : 0,
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/playwright.json' }]],
  use: {
    baseURL: standardServer.url,
    viewport: { width: 1280, height: 900 },
    colorScheme: 'dark',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
      args: [
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-gpu',
        ...(isRoot ? ['--no-sandbox'] : []),
      ],
    },
  },
  projects: [
    { name: 'desktop', grepInvert: /@phone/ },
    { name: 'light', grep: /@every-look/, use: { colorScheme: 'light' } },
    {
      name: 'phone',
      grep: /@every-look|@phone/,
      use: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
  webServer: servers.map(({ port, url, windowSeconds, configFile }) => ({
    command: 'node dist/server.mjs',
    url: `${url}/health/ready`,
    env: {
      ...serverEnvironment,
      PORT: String(port),
      RATE_LIMIT_WINDOW: String(windowSeconds),
      FLOODGATE_CONFIG: configFile,
    },
    timeout: 30_000,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 5_000 },
  })),
});
