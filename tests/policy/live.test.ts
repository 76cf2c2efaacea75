import { describe, expect, it } from 'vitest';
import type { Revision } from '../../lib/policy/change';
import { openLive } from '../../lib/policy/live';
import { createMemoryRepository } from '../../lib/policy/memory-repository';
import { policyOf, sampleConfiguration } from '../support/configurations';
import { commitOf, editOf } from '../support/repositories';

const priorityOne = (priority: number) =>
  commitOf([editOf('policies', policyOf('one', { priority }))]);
const compile = ({ configuration }: Revision) => configuration.policies[0]?.priority;

describe('live configuration', () => {
  it('is of the new revision when its commit is answered', async () => {
    const repository = createMemoryRepository(sampleConfiguration());
    const told: number[] = [];
    const live = await openLive({
      repository,
      compile,
      onRevision: ({ version }) => told.push(version),
    });
    expect(live.snapshot()).toBe(0);
    await live.repository.commit(priorityOne(3));
    expect(live.snapshot()).toBe(3);
    expect(told).toEqual([2]);
    await live.close();
  });

  it('stays as it is when a revision cannot be compiled, and says so', async () => {
    const repository = createMemoryRepository(sampleConfiguration());
    const faults: unknown[] = [];
    const live = await openLive({
      repository,
      compile(revision) {
        if (compile(revision) === 3) throw new Error('three');
        return compile(revision);
      },
      onFault: (error, { version }) => faults.push([String(error), version]),
    });
    await repository.commit(priorityOne(3));
    expect([live.snapshot(), faults]).toEqual([0, [['Error: three', 2]]]);
    await repository.commit(priorityOne(4));
    expect(live.snapshot()).toBe(4);
    await live.close();
  });

  it('does not come to be when the first revision cannot be compiled', async () => {
    const repository = createMemoryRepository(sampleConfiguration());
    const opening = openLive({
      repository,
      compile() {
        throw new Error('never');
      },
    });
    await expect(opening).rejects.toThrow('never');
  });
});
