import { createMemoryRepository } from '../../lib/policy/memory-repository';
import { sampleConfiguration } from '../support/configurations';
import { describeRepository } from './repository-conformance';

describeRepository('memory', async () => {
  const repository = createMemoryRepository(sampleConfiguration());
  return { repository: () => repository, isShared: false };
});
