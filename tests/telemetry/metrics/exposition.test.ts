import { setImmediate } from 'node:timers/promises';
import { AggregatorRegistry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { exposition } from '../../../lib/telemetry/metrics/exposition';
import { counter, type Family, gauge } from '../../../lib/telemetry/metrics/family';
import { createHistograms, REQUEST_BOUNDS } from '../../../lib/telemetry/metrics/histogram';

const times = createHistograms(REQUEST_BOUNDS, (route) => ({ route }));
times.observe('api', 3);
const FAMILIES = [
  counter('asked_total', 'How often.', [
    { value: 3, labels: { route: 'a"b\\c\nd', code: '200' } },
    { value: 1e21, labels: {} },
  ]),
  gauge('none', 'There are none,\nnor any \\.', 'sum', []),
  gauge('delay', 'How late.', 'max', [{ value: 0.000_001, labels: { le: 0.5 } }]),
  times.family('took_seconds', 'How long.'),
];

/** As prom-client writes it. */
function byRegistry(families: readonly Family[], type: 'text' | 'openmetrics'): Promise<string> {
  if (type === 'text') return AggregatorRegistry.aggregate([[...families]]).metrics();
  const named = families.map((family) => ({ ...family, name: family.name.replace(/_total$/, '') }));
  const registry =
    AggregatorRegistry.aggregate<'application/openmetrics-text; version=1.0.0; charset=utf-8'>([
      named,
    ]);
  registry.setContentType('application/openmetrics-text; version=1.0.0; charset=utf-8');
  return registry.metrics();
}

describe('metrics are written', () => {
  it.each(['text', 'openmetrics'] as const)('as prom-client writes them: %s', async (format) => {
    const expected = await byRegistry(FAMILIES, format);
    // Lines between metrics may be empty or not be there.
    expect(await exposition(FAMILIES, format)).toBe(expected.replaceAll('\n\n', '\n'));
  });

  it('in turns, however many there are', async () => {
    const samples = Array.from({ length: 1_000 }, (_, index) => ({
      value: index,
      labels: { route: `route-${index}`, method: 'GET', code: '200', verdict: 'allowed' },
    }));
    const many = Array.from({ length: 100 }, (_, index) =>
      counter(`c${index}`, 'Of many.', samples),
    );
    let isWritten = false;
    const written = exposition(many, 'text').finally(() => {
      isWritten = true;
    });
    let turns = 0;
    for (; !isWritten; turns += 1) await setImmediate();
    expect((await written).match(/\n/g)).toHaveLength(100 * 1_002);
    expect(turns).toBeGreaterThan(5);
  });
});
