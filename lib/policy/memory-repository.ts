import type { Revision, VersionRecord } from './change';
import { prepareCommit } from './commit';
import { mergeUses } from './key-use-times';
import type { Configuration } from './model';
import { firstRecord, OWN_AUTHOR, pageOf } from './records';
import type { Observer, Repository } from './repository';

const MOST_RECORDS = 1_000;

/** Configuration that ends with the process: where nothing can be written, and in tests. */
export function createMemoryRepository(defaults: Configuration): Repository {
  const first = firstRecord(defaults, {
    author: OWN_AUTHOR,
    comment: 'first start',
    at: new Date().toISOString(),
  });
  const sinceMs = Date.now();
  const uses = new Map<string, number>();
  let present: Revision = first.revision;
  let records: readonly VersionRecord[] = [first.record];
  let tokenHash: string | undefined;
  let observer: Observer | undefined;

  const recordsAfter = (version: number) => records.filter((record) => record.version > version);

  return {
    kind: 'memory',
    async open(opened) {
      observer = opened;
      return present;
    },
    health: () => ({ kind: 'memory', status: 'ok', sinceMs, faults: [] }),
    async commit(commit) {
      const prepared = prepareCommit({
        present,
        recordsSince: recordsAfter(commit.baseVersion ?? present.version),
        commit,
        at: new Date().toISOString(),
      });
      if (prepared === undefined) return present;
      present = prepared.revision;
      records = [...records, prepared.record].slice(-MOST_RECORDS);
      observer?.onRevision(present);
      return prepared.revision;
    },
    history: async (page) => pageOf(records, page),
    since: async (version) => recordsAfter(version),
    async noteKeyUses(noted) {
      mergeUses(uses, noted);
    },
    keyUses: async () => new Map(uses),
    async adminTokenHash(proposed) {
      tokenHash ??= proposed;
      return tokenHash;
    },
    async close() {
      observer = undefined;
    },
  };
}
