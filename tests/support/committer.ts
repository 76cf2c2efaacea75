import { createFileRepository } from '../../lib/policy/file';
import { sampleConfiguration } from './configurations';
import { commitOf, editOf, follow } from './repositories';

/** A process of its own that makes tiers `<name>-0`, `<name>-1`, … in a file, telling of each when it is kept. */
const [path = '', name = '', count = '0'] = process.argv.slice(2);

const { repository } = await follow(
  createFileRepository({ path, defaults: sampleConfiguration() }),
);
for (let index = 0; index < Number(count); index++) {
  const tier = { name: `${name}-${index}`, description: '' };
  await repository.commit(commitOf([editOf('tiers', tier)]));
  process.stdout.write(`${tier.name}\n`);
}
await repository.close();
