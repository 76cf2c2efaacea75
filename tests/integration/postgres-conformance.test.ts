import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createPostgresRepository } from '../../lib/policy/postgres';
import { describeRepository } from '../policy/repository-conformance';
import { sampleConfiguration } from '../support/configurations';
import { PostgresServer } from '../support/postgres';
import { temporaryFolder } from '../support/temporary-folder';

let server: PostgresServer;

beforeAll(async () => {
  server = await PostgresServer.start();
});
afterAll(() => server.stop());

describeRepository('postgres', async () => {
  const url = await server.createDatabase();
  const folder = await temporaryFolder();
  let serial = 0;
  return {
    isShared: true,
    repository() {
      serial += 1;
      const repository = createPostgresRepository({
        url,
        defaults: sampleConfiguration(),
        migrations: 'lib/policy/postgres/migrations',
        lastKnown: join(folder, `last-known-${serial}.json`),
      });
      onTestFinished(() => repository.close());
      return repository;
    },
  };
});
