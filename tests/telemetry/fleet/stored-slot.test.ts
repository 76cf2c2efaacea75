import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { partsOf } from '../../../lib/telemetry/fleet/frame-parts';
import { nameField, readField, SPANS, slotField, slotKey } from '../../../lib/telemetry/fleet/keys';
import {
  blockedIn,
  slotIn,
  storedBlocked,
  storedSlot,
} from '../../../lib/telemetry/fleet/stored-slot';
import { callerKinds, frameSchema } from '../../../lib/telemetry/traffic';
import { cellOf, frameOf, slotOf } from '../../support/fleet';

const name = fc.string({ maxLength: 60 });
const few = fc.integer({ min: 0, max: 20 });
const cell = fc
  .record({ route: name, policy: name, allowed: few, denied: few, errors: few })
  .map(({ allowed, ...more }) => cellOf(allowed, more));
const slot = fc
  .record({
    at: fc.integer({ min: 0, max: 4_000_000_000 }),
    cells: fc.array(cell, { maxLength: 6 }),
  })
  .map(({ at, cells }) => slotOf(at, ...cells));
const blocked = fc.record({
  at: fc.integer({ min: 0, max: 4_000_000_000 }),
  span: fc.constantFrom('minute' as const, 'hour' as const),
  total: few,
  floor: few,
  clients: fc.array(
    fc.record({ kind: fc.constantFrom(...callerKinds), value: name, count: few, error: few }),
    { maxLength: 5 },
  ),
});

describe('a slot that is written down', () => {
  it('is read as it was', () => {
    fc.assert(
      fc.property(slot, (told) => {
        expect(slotIn(storedSlot(told), told.at)).toEqual(told);
      }),
    );
  });

  it('tells who was refused, too', () => {
    fc.assert(
      fc.property(blocked, (told) => {
        expect(blockedIn(storedBlocked(told), told.at, told.span)).toEqual(told);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['null', 'null'],
    ['an object', '{}'],
    ['a list that is none', '{"length":1}'],
    ['an empty cell', '[[]]'],
    ['a cell without latencies', '[["/x","each",1,0,0]]'],
    ['a negative count', '[["/x","each",-1,0,0,""]]'],
    ['more requests than latencies', '[["/x","each",1,0,0,""]]'],
    ['latencies that are none', '[["/x","each",1,0,0,"!!!"]]'],
    ['half a request', '[["/x","each",1.5,0,0,""]]'],
    ['more than a cell has', '[["/x","each",0,0,0,"",7]]'],
    ['a long name', `[["${'x'.repeat(300)}","each",0,0,0,""]]`],
    ['far too much', `["${'x'.repeat(8_400_000)}"]`],
    ['a client of another kind', '[1,2,[["mac","00:00",1,0]]]'],
  ])('is none when it says %s', (_, text) => {
    expect(slotIn(text, 0)).toBeUndefined();
    expect(blockedIn(text, 0, 'hour')).toBeUndefined();
  });

  it('has a field that names it and whose it is, and nothing else is one', () => {
    expect(readField(slotField(1_700_000_000, 'abc-1'))).toEqual({
      instance: 'abc-1',
      at: 1_700_000_000,
    });
    expect(readField(nameField('abc-1'))).toEqual({ instance: 'abc-1', at: undefined });
    for (const field of [
      '',
      '|',
      'name|',
      '1|',
      '|x',
      '-1|x',
      '1e3|x',
      '1|x|y',
      'names|x',
      '1|{}',
    ]) {
      expect(readField(field), field).toBeUndefined();
    }
  });

  it('lies in a hash of its span', () => {
    expect(slotKey(SPANS.seconds, 1_700_000_059)).toBe('floodgate:{traffic}:seconds:1700000040');
    expect(slotKey(SPANS.minutes, 1_700_000_040)).toBe('floodgate:{traffic}:minutes:1699999200');
  });
});

describe('a frame in parts', () => {
  const sender = { instance: 'abc', replica: 'one' };
  const manySlots = fc.array(slot, { maxLength: 400 });

  it('holds everything once and in order, each part within the bounds', () => {
    const route = (i: number) => `/${i}${'x'.repeat(200)}`;
    const one = slotOf(
      0,
      ...Array.from({ length: 500 }, (_, i) => cellOf(20, { route: route(i) })),
    );
    const large = [one, one, one, one];
    fc.assert(
      fc.property(manySlots, manySlots, fc.array(blocked, { maxLength: 40 }), (a, b, c) => {
        const frame = frameOf(sender, {
          seconds: [...a, ...large],
          minutes: [...large, ...b],
          blocked: c,
        });
        const parts = partsOf(frame);
        expect(parts.length).toBeGreaterThan(1);
        expect(parts.flatMap(({ seconds }) => seconds)).toEqual(frame.seconds);
        expect(parts.flatMap(({ minutes }) => minutes)).toEqual(frame.minutes);
        expect(parts.flatMap((part) => part.blocked)).toEqual(c);
        for (const part of parts) {
          expect(JSON.stringify(part).length).toBeLessThan(700_000);
          expect(Math.max(part.seconds.length, part.minutes.length)).toBeLessThanOrEqual(128);
        }
      }),
      { numRuns: 20 },
    );
  });

  it('of the usual size is one', () => {
    const frame = frameOf(sender, { seconds: [slotOf(1, cellOf(2))], minutes: [slotOf(60)] });
    expect(partsOf(frame)).toEqual([frame]);
    expect(frameSchema.parse(frame)).toEqual(frame);
  });
});
