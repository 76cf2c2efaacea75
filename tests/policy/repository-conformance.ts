import { describe, expect, it, vi } from 'vitest';
import { rollbackEdits } from '../../lib/policy/commit';
import type { ApiKey } from '../../lib/policy/model';
import {
  ConflictError,
  InvalidConfigurationError,
  type Repository,
} from '../../lib/policy/repository';
import { clientOf, keyOf, policyOf, sampleConfiguration } from '../support/configurations';
import { commitOf, editOf, follow, removalOf } from '../support/repositories';

/** A place to keep configuration, made for one test. */
export interface Place {
  /** A repository of it: every call another process, so to say. Where the place is one process: the same. */
  repository(): Repository;
  readonly isShared: boolean;
}

/** What every repository must do, wherever it keeps things. */
export function describeRepository(name: string, openPlace: () => Promise<Place>): void {
  const open = async () => {
    const place = await openPlace();
    const followed = await follow(place.repository());
    /** Another replica; of a place that is one process the same again. */
    const another = async () => (place.isShared ? follow(place.repository()) : followed);
    return { place, another, ...followed };
  };

  describe(`a ${name} repository`, () => {
    it('begins with the defaults as version 1, by floodgate', async () => {
      const { repository, first } = await open();
      expect(first).toEqual({ version: 1, configuration: sampleConfiguration() });
      const [record, ...rest] = await repository.since(0);
      expect(rest).toEqual([]);
      expect(record).toMatchObject({ version: 1, author: 'floodgate' });
      expect(record?.changes).toHaveLength(5);
      expect(repository.health()).toMatchObject({
        kind: repository.kind,
        status: 'ok',
        faults: [],
      });
    });

    it('makes a version of a commit and tells of it before it answers', async () => {
      const { repository, revisions, first } = await open();
      const three = policyOf('three', { mode: 'shadow' });
      const revision = await repository.commit(commitOf([editOf('policies', three)], 1));
      expect(revisions).toEqual([revision]);
      expect(revision.version).toBe(2);
      expect(revision.configuration.policies).toEqual([...first.configuration.policies, three]);
      expect(await repository.since(1)).toEqual([
        {
          version: 2,
          at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          author: 'tester',
          comment: 'because',
          changes: [{ kind: 'policies', id: 'three', before: null, after: three }],
        },
      ]);
    });

    it('keeps the objects of all that did not change', async () => {
      const { repository, first } = await open();
      const changed = policyOf('one', { priority: 7 });
      const { configuration } = await repository.commit(commitOf([editOf('policies', changed)]));
      expect(configuration.policies[0]).toEqual(changed);
      expect(configuration.policies[1]).toBe(first.configuration.policies[1]);
      expect(configuration.clients).toBe(first.configuration.clients);
    });

    it('removes what a commit has no after for', async () => {
      const { repository } = await open();
      const { configuration } = await repository.commit(commitOf([removalOf('policies', 'one')]));
      expect(configuration.policies.map(({ name }) => name)).toEqual(['two']);
    });

    it('makes no version of edits that change nothing', async () => {
      const { repository, revisions } = await open();
      const edits = [editOf('policies', policyOf('one')), removalOf('tiers', 'never-was')];
      expect((await repository.commit(commitOf(edits, 1))).version).toBe(1);
      expect(revisions).toEqual([]);
      expect(await repository.since(1)).toEqual([]);
    });

    it('refuses the second of two editors of one entity, and says what changed', async () => {
      const { repository } = await open();
      await repository.commit(commitOf([editOf('policies', policyOf('one', { priority: 1 }))], 1));
      const second = commitOf([editOf('policies', policyOf('one', { priority: 2 }))], 1);
      const error = await repository.commit(second).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ConflictError);
      expect((error as ConflictError).present.version).toBe(2);
      expect((error as ConflictError).records.map(({ version }) => version)).toEqual([2]);
      expect((await repository.since(2)).length).toBe(0);
    });

    it('lets two editors of different entities pass', async () => {
      const { repository } = await open();
      await repository.commit(commitOf([editOf('policies', policyOf('one', { priority: 1 }))], 1));
      const revision = await repository.commit(
        commitOf([editOf('policies', policyOf('two', { priority: 2 }))], 1),
      );
      expect(revision.version).toBe(3);
      expect(revision.configuration.policies.map(({ priority }) => priority)).toEqual([1, 2]);
    });

    it('lets somebody who saw no version replace what is there', async () => {
      const { repository } = await open();
      await repository.commit(commitOf([editOf('policies', policyOf('one', { priority: 1 }))]));
      const { version } = await repository.commit(
        commitOf([editOf('policies', policyOf('one', { priority: 2 }))]),
      );
      expect(version).toBe(3);
    });

    it('refuses a commit on a version that is yet to come', async () => {
      const { repository } = await open();
      const early = commitOf([editOf('policies', policyOf('one', { priority: 1 }))], 9);
      await expect(repository.commit(early)).rejects.toBeInstanceOf(ConflictError);
    });

    it('refuses an entity that its schema refuses, naming every fault', async () => {
      const { repository, revisions } = await open();
      const broken = { ...policyOf('one'), priority: 5_000, scope: ['shoe-size'] };
      const commit = repository.commit(commitOf([editOf('policies', broken)]));
      await expect(commit).rejects.toBeInstanceOf(InvalidConfigurationError);
      await expect(commit).rejects.toMatchObject({
        faults: [{ path: 'priority' }, { path: 'scope[0]' }],
      });
      expect(revisions).toEqual([]);
      expect(await repository.since(1)).toEqual([]);
    });

    it('refuses to remove what others refer to, naming them', async () => {
      const { repository } = await open();
      await expect(repository.commit(commitOf([removalOf('tiers', 'gold')]))).rejects.toMatchObject(
        {
          faults: [{ path: 'clients[acme].tier', message: 'there is no tier gold' }],
        },
      );
    });

    it('refuses text that not every repository can keep', async () => {
      const { repository } = await open();
      const edit = editOf('tiers', { name: 'gold', description: 'a\0b' });
      await expect(repository.commit(commitOf([edit]))).rejects.toBeInstanceOf(
        InvalidConfigurationError,
      );
    });

    it('loses nothing of 50 commits at once', async () => {
      const { repository, revisions, another } = await open();
      const other = await another();
      const names = Array.from({ length: 50 }, (_, index) => `p${index}`);
      await Promise.all(
        names.map((tier, index) =>
          (index % 2 === 0 ? repository : other.repository).commit(
            commitOf([editOf('tiers', { name: tier, description: '' })], 1),
          ),
        ),
      );
      await vi.waitFor(() => expect(revisions.at(-1)?.version).toBe(51), 5_000);
      const tiers = revisions.at(-1)?.configuration.tiers.map((tier) => tier.name);
      expect(tiers?.toSorted()).toEqual(['gold', ...names].toSorted());
      const records = await repository.since(0);
      expect(records.map(({ version }) => version)).toEqual(
        Array.from({ length: 51 }, (_, index) => index + 1),
      );
    });

    it('rolls back to what was before, as a new version', async () => {
      const { repository, first } = await open();
      await repository.commit(commitOf([editOf('policies', policyOf('one', { priority: 1 }))]));
      await repository.commit(commitOf([removalOf('policies', 'two')]));
      await repository.commit(commitOf([editOf('policies', policyOf('three'))]));
      const records = await repository.since(1);
      const { version, configuration } = await repository.commit({
        author: 'tester',
        comment: 'rollback',
        baseVersion: 4,
        edits: (present) => rollbackEdits(present, records),
      });
      expect(version).toBe(5);
      const sorted = configuration.policies.toSorted((a, b) => a.name.localeCompare(b.name));
      expect({ ...configuration, policies: sorted }).toEqual(first.configuration);
    });

    it('revives no key by a rollback', async () => {
      const { repository } = await open();
      const revoked = keyOf('aaaaaaaaaaaa', 'acme', { revoked_at: '2026-02-01T00:00:00.000Z' });
      await repository.commit(commitOf([editOf('keys', revoked)]));
      const records = await repository.since(1);
      const { configuration } = await repository.commit({
        author: 'tester',
        comment: '',
        edits: (present) => rollbackEdits(present, records),
      });
      const isRevoked = (key: ApiKey) => key.revoked_at !== undefined;
      expect(configuration.keys.map(isRevoked)).toEqual([true]);
    });

    it('pages through the history, newest first', async () => {
      const { repository } = await open();
      for (const priority of [1, 2, 3, 4]) {
        await repository.commit(commitOf([editOf('policies', policyOf('one', { priority }))]));
      }
      const versions = async (before: number | undefined, limit: number) => {
        const page = before === undefined ? { limit } : { before, limit };
        return (await repository.history(page)).map(({ version }) => version);
      };
      expect(await versions(undefined, 2)).toEqual([5, 4]);
      expect(await versions(4, 2)).toEqual([3, 2]);
      expect(await versions(2, 2)).toEqual([1]);
      expect(await versions(1, 2)).toEqual([]);
    });

    it('tells a follower of a change within a second', async () => {
      const { repository, place, another } = await open();
      const other = await another();
      const client = clientOf('globex');
      await repository.commit(commitOf([editOf('clients', client)]));
      await vi.waitFor(() => expect(other.newest().version).toBe(2), {
        timeout: 1_000,
        interval: 5,
      });
      expect(other.newest().configuration.clients).toContainEqual(client);
      if (place.isShared) {
        expect(other.newest().configuration.policies).toBe(other.first.configuration.policies);
      }
    });

    it('remembers when keys were last used, never earlier than known', async () => {
      const { repository } = await open();
      await repository.noteKeyUses(new Map([['aaaaaaaaaaaa', 1_700_000_000_123]]));
      await repository.noteKeyUses(new Map([['aaaaaaaaaaaa', 1_600_000_000_000]]));
      expect(await repository.keyUses()).toEqual(new Map([['aaaaaaaaaaaa', 1_700_000_000_123]]));
    });

    it('gives all replicas the same admin token', async () => {
      const { repository, another } = await open();
      const other = await another();
      const hashes = await Promise.all(
        ['a', 'b', 'c', 'd'].map((letter, index) =>
          (index % 2 === 0 ? repository : other.repository).adminTokenHash(letter.repeat(64)),
        ),
      );
      expect(new Set(hashes).size).toBe(1);
      expect(await repository.adminTokenHash('e'.repeat(64))).toBe(hashes[0]);
    });

    it('has everything still when it is opened again', async () => {
      const { repository, place } = await open();
      if (!place.isShared) return;
      const edits = [editOf('tiers', { name: 'silver', description: '' })];
      const revision = await repository.commit(commitOf(edits));
      await repository.close();
      const again = await follow(place.repository());
      expect(again.first).toEqual(revision);
      expect((await again.repository.since(0)).map(({ version }) => version)).toEqual([1, 2]);
    });
  });
}
