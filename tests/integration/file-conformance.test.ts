import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createFileRepository } from '../../lib/policy/file';
import { describeRepository } from '../policy/repository-conformance';
import { sampleConfiguration } from '../support/configurations';
import { temporaryFolder } from '../support/temporary-folder';

describeRepository('file', async () => {
  const path = join(await temporaryFolder(), 'floodgate.config.json');
  return {
    isShared: true,
    repository() {
      const repository = createFileRepository({ path, defaults: sampleConfiguration() });
      onTestFinished(() => repository.close());
      return repository;
    },
  };
});
