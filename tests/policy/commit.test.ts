import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { VersionRecord } from '../../lib/policy/change';
import { applyChanges, diff, invert, reuse } from '../../lib/policy/changes';
import { prepareCommit, replaceEdits, rollbackEdits } from '../../lib/policy/commit';
import type { ApiKey, Configuration, Kind } from '../../lib/policy/model';
import { idOf, kinds } from '../../lib/policy/model';
import { clientOf, configurationOf, keyOf, sampleConfiguration } from '../support/configurations';
import { editOf, removalOf } from '../support/repositories';

const AT = '2026-03-01T00:00:00.000Z';
const EARLIER = '2026-02-01T00:00:00.000Z';
const LATER = '2026-04-01T00:00:00.000Z';
const KEY = 'aaaaaaaaaaaa';

/** Any tiers and clients that go together. */
const configurations = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { maxLength: 5 })
  .chain((names) =>
    fc.record({
      tiers: fc.tuple(
        ...names.map((name) =>
          fc.record({ name: fc.constant(name), description: fc.constantFrom('', 'x', 'y') }),
        ),
      ),
      clients: fc.tuple(
        ...names.map((name) => fc.record({ name: fc.constant(name), enabled: fc.boolean() })),
      ),
    }),
  )
  .map((input) => configurationOf(input as Parameters<typeof configurationOf>[0]));

function sorted(configuration: Configuration) {
  return Object.fromEntries(
    kinds.map((kind: Kind) => [
      kind,
      [...configuration[kind]].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1)),
    ]),
  );
}

describe('changes', () => {
  it('make one configuration of another, and take it back when inverted', () => {
    fc.assert(
      fc.property(configurations, configurations, (before, after) => {
        const changes = diff(before, after);
        expect(sorted(applyChanges(before, changes))).toEqual(sorted(after));
        expect(sorted(applyChanges(after, invert(changes)))).toEqual(sorted(before));
      }),
    );
  });

  it('are none between equals, whose objects are used again', () => {
    fc.assert(
      fc.property(configurations, (configuration) => {
        const copy = structuredClone(configuration);
        expect(diff(configuration, copy)).toEqual([]);
        const reused = reuse(configuration, copy);
        for (const kind of kinds) expect(reused[kind]).toBe(configuration[kind]);
      }),
    );
  });
});

describe('preparing a commit', () => {
  const present = { version: 4, configuration: sampleConfiguration() };
  const prepare = (
    edits: ReturnType<typeof editOf>[],
    recordsSince: VersionRecord[] = [],
    baseVersion?: number,
  ) =>
    prepareCommit({
      present,
      recordsSince,
      commit: {
        author: 'a',
        comment: '',
        edits: () => edits,
        ...(baseVersion !== undefined && { baseVersion }),
      },
      at: AT,
    });

  it('fills in what has a default, and shares nothing with the editor', () => {
    const tier = { name: 'silver' };
    const prepared = prepare([editOf('tiers', tier as never)]);
    tier.name = 'changed';
    expect(prepared?.record.changes[0]?.after).toEqual({ name: 'silver', description: '' });
  });

  it('takes the last of several edits of one entity', () => {
    const edits = ['x', 'y'].map((description) => editOf('tiers', { name: 'gold', description }));
    expect(prepare(edits)?.record.changes).toMatchObject([{ after: { description: 'y' } }]);
  });

  it('refuses an entity under another name', () => {
    const edit = { kind: 'tiers' as const, id: 'silver', after: { name: 'gold', description: '' } };
    expect(() => prepare([edit])).toThrow('name: is not silver');
  });

  it('refuses when the history does not reach back to what the author saw', () => {
    expect(() => prepare([removalOf('policies', 'one')], [], 2)).toThrow('not in the history');
  });

  it('names each entity where several are edited', () => {
    const edits = ['one', 'two'].map((name) => ({
      kind: 'policies' as const,
      id: name,
      after: { ...present.configuration.policies[0], name, priority: 0.5 } as never,
    }));
    expect(() => prepare(edits)).toThrow(
      /policies\[one\]\.priority: .*\npolicies\[two\]\.priority: /s,
    );
  });
});

function recordOf(version: number, before: Configuration, after: Configuration): VersionRecord {
  return { version, at: AT, author: 'a', comment: '', changes: diff(before, after) };
}

/** What a rollback over the given states makes of the last. */
function rolledBack(...states: Configuration[]): Configuration {
  const records = states
    .slice(1)
    .map((after, index) => recordOf(index + 2, states[index] ?? after, after));
  const present = { version: states.length, configuration: states.at(-1) ?? configurationOf() };
  const edits = (configuration: Configuration) => rollbackEdits(configuration, records);
  const prepared = prepareCommit({
    present,
    recordsSince: [],
    commit: { author: 'a', comment: '', edits },
    at: LATER,
  });
  return prepared?.revision.configuration ?? present.configuration;
}

const withKeys = (...keys: ApiKey[]) =>
  configurationOf({ tiers: [{ name: 'gold' }], clients: [clientOf('acme')], keys });

describe('a rollback', () => {
  it('is the state before, whatever happened since, but for clients that are disabled now', () => {
    fc.assert(
      fc.property(fc.array(configurations, { minLength: 2, maxLength: 5 }), (states) => {
        const [before = configurationOf()] = states;
        const disabled = (states.at(-1)?.clients ?? []).filter(({ enabled }) => !enabled);
        const names = new Set(disabled.map(({ name }) => name));
        const clients = before.clients.map((client) =>
          names.has(client.name) ? { ...client, enabled: false } : client,
        );
        expect(sorted(rolledBack(...states))).toEqual(sorted({ ...before, clients }));
      }),
    );
  });

  it('makes nobody a way around a disabled client', () => {
    const clients = [clientOf('acme'), clientOf('globex', { enabled: false })];
    const before = configurationOf({ clients, keys: [keyOf(KEY, 'acme')] });
    const moved = configurationOf({ clients, keys: [keyOf(KEY, 'globex')] });
    expect(rolledBack(before, moved).keys).toEqual([keyOf(KEY, 'globex')]);
  });

  it.each<[string, Configuration, Configuration, unknown[]]>([
    [
      'leaves a revoked key revoked',
      withKeys(keyOf(KEY, 'acme')),
      withKeys(keyOf(KEY, 'acme', { revoked_at: EARLIER })),
      [keyOf(KEY, 'acme', { revoked_at: EARLIER })],
    ],
    [
      'brings a removed key back revoked as of its removal',
      withKeys(keyOf(KEY, 'acme')),
      withKeys(),
      [keyOf(KEY, 'acme', { revoked_at: AT })],
    ],
    [
      'puts off no expiry',
      withKeys(keyOf(KEY, 'acme')),
      withKeys(keyOf(KEY, 'acme', { expires_at: EARLIER, description: 'new' })),
      [keyOf(KEY, 'acme', { expires_at: EARLIER })],
    ],
    [
      'brings no earlier secret back',
      withKeys(keyOf(KEY, 'acme')),
      withKeys(keyOf(KEY, 'acme', { hash: 'cd'.repeat(32) })),
      [keyOf(KEY, 'acme', { hash: 'cd'.repeat(32) })],
    ],
    [
      'leaves a key made since',
      withKeys(),
      withKeys(keyOf(KEY, 'acme', { tier: 'gold' })),
      [keyOf(KEY, 'acme', { tier: 'gold' })],
    ],
    [
      'takes a key made since from its tier when that goes',
      configurationOf({ clients: [clientOf('acme')] }),
      withKeys(keyOf(KEY, 'acme', { tier: 'gold' })),
      [keyOf(KEY, 'acme')],
    ],
    [
      'removes a key made since whose client goes',
      configurationOf(),
      withKeys(keyOf(KEY, 'acme')),
      [],
    ],
  ])('%s', (_, before, after, keys) => {
    expect(rolledBack(before, after).keys).toEqual(keys);
  });
});

describe('an import', () => {
  const whole = (...states: Configuration[]): VersionRecord[] =>
    [configurationOf(), ...states]
      .slice(1)
      .map((after, index) => recordOf(index + 1, states[index - 1] ?? configurationOf(), after));
  const imported = (wanted: Configuration, present: Configuration, history: VersionRecord[]) => {
    const edits = replaceEdits(wanted, { history, at: LATER });
    const commit = { author: 'a', comment: '', edits };
    const prepared = prepareCommit({
      present: { version: 1, configuration: present },
      recordsSince: [],
      commit,
      at: AT,
    });
    return prepared?.revision.configuration ?? present;
  };

  it('is the document, and nothing else', () => {
    fc.assert(
      fc.property(configurations, configurations, (wanted, present) => {
        expect(sorted(imported(wanted, present, whole(present)))).toEqual(sorted(wanted));
      }),
    );
  });

  it('takes keys that were never here as written, so that they can move', () => {
    const wanted = withKeys(keyOf(KEY, 'acme'));
    expect(imported(wanted, withKeys(), whole(withKeys())).keys).toEqual(wanted.keys);
  });

  it.each<[string, Configuration, VersionRecord[], string]>([
    ['leaves revoked', withKeys(keyOf(KEY, 'acme', { revoked_at: EARLIER })), [], EARLIER],
    [
      'brings back revoked when the history shows it removed',
      withKeys(),
      whole(withKeys(keyOf(KEY, 'acme')), withKeys()),
      AT,
    ],
    [
      'brings back revoked when the history does not reach back',
      withKeys(),
      whole(withKeys(), configurationOf()).slice(1),
      LATER,
    ],
  ])('%s a key', (_, present, history, revokedAt) => {
    const { keys } = imported(withKeys(keyOf(KEY, 'acme')), present, history);
    expect(keys).toEqual([keyOf(KEY, 'acme', { revoked_at: revokedAt })]);
  });

  const OTHER = 'bbbbbbbbbbbb';

  it.each<[string, Configuration, VersionRecord[], string]>([
    ['is revoked now', withKeys(keyOf(KEY, 'acme', { revoked_at: EARLIER })), [], EARLIER],
    ['has expired', withKeys(keyOf(KEY, 'acme', { expires_at: EARLIER })), [], EARLIER],
    [
      'was revoked and removed',
      withKeys(),
      whole(
        withKeys(keyOf(KEY, 'acme')),
        withKeys(keyOf(KEY, 'acme', { revoked_at: EARLIER })),
        withKeys(),
      ),
      AT,
    ],
    ['was removed', withKeys(), whole(withKeys(keyOf(KEY, 'acme')), withKeys()), AT],
    [
      'had another secret since',
      withKeys(keyOf(KEY, 'acme', { hash: 'cd'.repeat(32) })),
      whole(withKeys(keyOf(KEY, 'acme')), withKeys(keyOf(KEY, 'acme', { hash: 'cd'.repeat(32) }))),
      AT,
    ],
  ])('takes no secret under another id when its key %s', (_, present, history, revokedAt) => {
    const { keys } = imported(withKeys(keyOf(OTHER, 'acme')), present, history);
    expect(keys).toEqual([keyOf(OTHER, 'acme', { revoked_at: revokedAt })]);
  });

  it('takes no secret twice when the document itself revokes it', () => {
    const revoked = keyOf(KEY, 'acme', { revoked_at: EARLIER });
    const wanted = withKeys(keyOf(OTHER, 'acme'), revoked);
    expect(imported(wanted, withKeys(), whole(withKeys())).keys).toEqual([
      keyOf(OTHER, 'acme', { revoked_at: EARLIER }),
      revoked,
    ]);
  });

  it('takes a key that was made after the history begins, however old versions have gone', () => {
    const wanted = withKeys(keyOf(KEY, 'acme', { created_at: LATER }));
    const history = whole(withKeys(), configurationOf()).slice(1);
    expect(imported(wanted, withKeys(), history).keys).toEqual(wanted.keys);
  });

  it('enables a client when it says so', () => {
    const wanted = configurationOf({ clients: [clientOf('acme')] });
    const present = configurationOf({ clients: [clientOf('acme', { enabled: false })] });
    expect(imported(wanted, present, whole(present)).clients).toEqual(wanted.clients);
  });
});
