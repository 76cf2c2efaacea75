import { Ajv2020 } from 'ajv/dist/2020';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defaultConfiguration } from '../../lib/policy/default-configuration';
import { documentJsonSchema, printDocument, readDocument } from '../../lib/policy/document';
import { parseJson } from '../../lib/policy/json-text';
import { InvalidConfigurationError } from '../../lib/policy/repository';
import { sampleConfiguration } from '../support/configurations';

const limitOf = (quota: number) => ({ algorithm: 'fixed-window', quota, window_ms: 1_000 });

function faultsOf(text: string | Uint8Array): string[] {
  try {
    readDocument(typeof text === 'string' ? Buffer.from(text) : text);
    return [];
  } catch (error) {
    if (error instanceof InvalidConfigurationError) return error.message.split('\n');
    throw error;
  }
}

describe('a configuration document', () => {
  it.each([
    ['the defaults', defaultConfiguration()],
    ['a sample', sampleConfiguration()],
  ])('reads back as it was printed: %s', (_, configuration) => {
    const text = printDocument(configuration);
    expect(readDocument(Buffer.from(text)).configuration).toEqual(configuration);
  });

  it('leaves out what has its default', () => {
    expect(JSON.parse(printDocument(sampleConfiguration())).clients).toEqual([
      { name: 'acme', tier: 'gold' },
    ]);
  });

  it('is what its JSON Schema says', () => {
    const validate = new Ajv2020({ strict: false, formats: { 'date-time': true, uri: true } });
    const check = validate.compile(documentJsonSchema());
    expect(check(JSON.parse(printDocument(defaultConfiguration())))).toBe(true);
    expect(check({ policies: [{ name: 'UPPER' }] })).toBe(false);
  });

  it('reads the default configuration’s own targets once, however often they are given', () => {
    const [demo] = defaultConfiguration(['http://a:1', 'http://a:2', 'http://a:1']).upstreams;
    expect(demo?.targets.map(({ url }) => url)).toEqual(['http://a:1', 'http://a:2']);
  });

  it('may begin with a byte order mark', () => {
    expect(faultsOf('\ufeff{}')).toEqual([]);
  });

  it.each([
    [
      '{\n  "tiers": [\n  ],\n}',
      'line 4, column 1: expected a member name in double quotes, found "}"',
    ],
    ['{"tiers": [', 'line 1, column 12: expected a value, found the end'],
    ['{"tiers": [], "tiers": []}', 'line 1, column 15: "tiers" is there twice'],
    ['', 'line 1, column 1: expected a value, found the end'],
    ['[]', 'configuration: Invalid input: expected object, received array'],
    ['{"policy": []}', 'policy: is no member of this'],
    ['{"__proto__": {"tiers": []}}', '__proto__: is no member of this'],
    ['{"tiers": [{"name": "a", "__proto__": {}}]}', 'tiers[0].__proto__: is no member of this'],
    ['{"tiers": [{"name": "a"}, {"name": "a"}]}', 'tiers[1]: a is there twice'],
    ['{"clients": [{"name": "a", "tier": "b"}]}', 'clients[0].tier: there is no tier b'],
    ['{"policies": [{"name": "a"}]}', 'policies[0].limits: is missing'],
    [`${'['.repeat(100)}`, 'line 1, column 66: is nested deeper than 64'],
  ])('is refused with the place of its fault: %s', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });

  it('is refused with all its faults at once', () => {
    const policy = (name: string) => ({
      name,
      limits: [{ algorithm: 'fixed-window', quota: '5' }],
    });
    expect(faultsOf(JSON.stringify({ policies: [policy('A'), policy('b')] }))).toEqual([
      expect.stringMatching(/^policies\[0\]\.name: /),
      expect.stringMatching(/^policies\[0\]\.limits\[0\]\.quota: /),
      'policies[0].limits[0].window_ms: is missing',
      expect.stringMatching(/^policies\[1\]\.limits\[0\]\.quota: /),
      'policies[1].limits[0].window_ms: is missing',
    ]);
  });

  it.each([
    [{ ...limitOf(1), window_ms: 1e300 }, { from: 'constant', units: 1 }, 'limits[0].window_ms'],
    [limitOf(1), { from: 'constant', units: -1 }, 'cost.units'],
  ])('is refused with each fault once: %j, %j', (limit, cost, path) => {
    const policies = [{ name: 'a', limits: [limit], cost }];
    expect(faultsOf(JSON.stringify({ policies }))).toEqual([
      expect.stringContaining(`policies[0].${path}: use at `),
    ]);
  });

  it('is refused when it is no UTF-8 or too long', () => {
    expect(faultsOf(new Uint8Array([0x7b, 0xff, 0x7d]))).toEqual(['configuration: is not UTF-8']);
    expect(faultsOf(new Uint8Array(64 * 1_024 * 1_024 + 1))[0]).toContain(
      'use at most 67108864 bytes',
    );
  });
});

describe('reading JSON', () => {
  it('gives what JSON.parse gives', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), fc.constantFrom(0, 2), (text, indent) => {
        const printed = JSON.stringify(JSON.parse(text), null, indent);
        expect(parseJson(printed)).toEqual({ value: JSON.parse(printed) });
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    fc.assert(
      fc.property(
        fc.json({ maxDepth: 3 }),
        fc.nat(),
        fc.string({ maxLength: 2 }),
        (text, at, noise) => {
          const index = at % (text.length + 1);
          const broken = text.slice(0, index) + noise + text.slice(index + 1);
          let isJson = true;
          try {
            JSON.parse(broken);
          } catch {
            isJson = false;
          }
          const result = parseJson(broken);
          // Members that are there twice are this one's alone to refuse.
          const isTwice = 'fault' in result && result.fault.message.endsWith('is there twice');
          expect('value' in result || isTwice).toBe(isJson || isTwice);
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('the JSON Schema beside the file', () => {
  const fieldsSchema = z.record(z.string(), z.looseObject({ description: z.string().optional() }));
  const documentSchema = z.object({
    properties: z.object({
      policies: z.object({ items: z.object({ properties: fieldsSchema }) }),
    }),
  });

  it('tells an editor what the fields of a policy are for', () => {
    const { policies } = documentSchema.parse(documentJsonSchema()).properties;
    const described = Object.entries(policies.items.properties)
      .filter(([, { description }]) => description !== undefined)
      .map(([name]) => name);
    expect(described).toEqual(
      expect.arrayContaining(['mode', 'scope', 'limits', 'overrides', 'final', 'exempt', 'deny']),
    );
  });
});
