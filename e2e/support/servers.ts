import { join } from 'node:path';
import { ADMIN_TOKEN } from '../../tests/support/floodgate';

const firstPort = Number(process.env.E2E_PORT ?? 31_870);

/** What servers under test keep; emptied when a run starts. */
export const serverFiles = join('test-results', 'servers');

interface ServerUnderTest {
  readonly port: number;
  readonly url: string;
  readonly windowSeconds: number;
  /** Its configuration, its own. */
  readonly configFile: string;
}

function serverUnderTest(port: number, windowSeconds: number): ServerUnderTest {
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    windowSeconds,
    configFile: join(serverFiles, String(port), 'floodgate.config.json'),
  };
}

/** As it comes: 5 requests every 10 s. */
export const standardServer = serverUnderTest(firstPort, 10);

/** With windows short enough to wait for their end. */
export const briefServer = serverUnderTest(firstPort + 1, 5);

/** For tests that change configuration. They share it, so each has names and paths of its own. */
export const controlServer = serverUnderTest(firstPort + 2, 10);

/** What every server under test needs, whatever the environment of the test run holds. */
export const serverEnvironment = {
  HOST: '127.0.0.1',
  TRUSTED_PROXIES: '127.0.0.1/32',
  LOG_LEVEL: 'warn',
  RATE_LIMIT_MAX: '5',
  RATE_LIMIT_WINDOW: String(standardServer.windowSeconds),
  REDIS_URL: '',
  REDIS_TIMEOUT_MS: '',
  DATABASE_URL: '',
  ADMIN_TOKEN,
  FLOODGATE_ROLE: 'all',
  FLOODGATE_REPLICA: 'e2e',
  CORS_ORIGINS: '',
};
