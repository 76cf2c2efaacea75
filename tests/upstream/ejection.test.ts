import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Ejectable, noteFailure, noteSuccess, usableOf } from '../../lib/upstream/ejection';

const settings = { after_failures: 3, for_ms: 1_000, most_percent: 50 };
type Settings = typeof settings;

interface Subject extends Ejectable {
  weight: number;
  isUnhealthy: boolean;
}

function targetsOf(count: number): [Subject, ...Subject[]] {
  const make = (): Subject => ({
    weight: 1,
    isUnhealthy: false,
    failuresInARow: 0,
    ejectionsInARow: 0,
    ejectedUntilMs: 0,
  });
  return [make(), ...Array.from({ length: count - 1 }, make)];
}

/** Fails until it is out, at most as often as it takes. @returns for how long */
function eject(target: Subject, all: readonly Subject[], nowMs: number, by: Settings = settings) {
  let forMs = 0;
  for (let failure = 0; failure < by.after_failures && forMs === 0; failure++) {
    forMs = noteFailure(target, all, by, nowMs, nowMs);
  }
  return forMs;
}

describe('ejection', () => {
  it('takes a target out after failures in a row, and back after its time', () => {
    const targets = targetsOf(2);
    const [first, second] = targets;
    expect(noteFailure(first, targets, settings, 10, 10)).toBe(0);
    expect(noteFailure(first, targets, settings, 10, 10)).toBe(0);
    expect(noteFailure(first, targets, settings, 10, 10)).toBe(1_000);
    expect(usableOf(targets, 1_009)).toEqual([second]);
    expect(usableOf(targets, 1_010)).toEqual([first, second]);
  });

  it('starts to count anew after a success', () => {
    const targets = targetsOf(2);
    const [first] = targets;
    for (let round = 0; round < 5; round++) {
      noteFailure(first, targets, settings, 10, 10);
      noteFailure(first, targets, settings, 10, 10);
      noteSuccess(first, 10);
    }
    expect(usableOf(targets, 10)).toHaveLength(2);
  });

  it('lasts twice as long each time in a row, up to eight times, and falls back after a success', () => {
    const targets = targetsOf(2);
    const [first] = targets;
    let nowMs = 10;
    const lasting = () => {
      const forMs = eject(first, targets, nowMs);
      nowMs += forMs;
      return forMs;
    };
    expect(Array.from({ length: 6 }, lasting)).toEqual([1_000, 2_000, 4_000, 8_000, 8_000, 8_000]);
    noteSuccess(first, nowMs);
    expect(lasting()).toBe(1_000);
  });

  it('believes nothing that began before the target was back', () => {
    const targets = targetsOf(2);
    const [first] = targets;
    eject(first, targets, 10);
    noteSuccess(first, 5);
    expect(first.ejectionsInARow).toBe(1);
    noteFailure(first, targets, settings, 900, 1_500);
    expect(first.failuresInARow).toBe(0);
  });

  it('never takes the only target, nor one where none is to be', () => {
    const alone = targetsOf(1);
    expect(eject(alone[0], alone, 10, { ...settings, most_percent: 100 })).toBe(0);
    const pair = targetsOf(2);
    for (let failure = 0; failure < 10; failure++) {
      expect(noteFailure(pair[0], pair, { ...settings, after_failures: 0 }, 10, 10)).toBe(0);
    }
  });

  it('counts targets that checks found unhealthy as out', () => {
    const targets = targetsOf(2);
    const [first, second = first] = targets;
    second.isUnhealthy = true;
    expect(eject(first, targets, 10)).toBe(0);
    expect(usableOf(targets, 10)).toEqual([first]);
  });

  it('uses ejected targets when all others are unhealthy, and none when all are', () => {
    const targets = targetsOf(2);
    const [first, second = first] = targets;
    eject(first, targets, 10);
    second.isUnhealthy = true;
    expect(usableOf(targets, 20)).toEqual([first]);
    first.isUnhealthy = true;
    expect(usableOf(targets, 20)).toEqual([]);
  });

  it('leaves out what has no weight', () => {
    const targets = targetsOf(2);
    const [first, second = first] = targets;
    first.weight = 0;
    expect(usableOf(targets, 0)).toEqual([second]);
    expect(eject(second, targets, 10)).toBe(0);
  });

  it('never has more than its share out, and always somebody in', () => {
    const failures = fc.array(fc.tuple(fc.nat(7), fc.nat(200)), { maxLength: 200, size: 'max' });
    const property = fc.property(
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 100 }),
      failures,
      (count, most_percent, steps) => {
        const targets = targetsOf(count);
        let nowMs = 10;
        for (const [index, afterMs] of steps) {
          nowMs += afterMs;
          const target = targets[index % count] ?? targets[0];
          noteFailure(target, targets, { ...settings, most_percent }, nowMs, nowMs);
          const out = targets.filter(({ ejectedUntilMs }) => ejectedUntilMs > nowMs).length;
          expect(out).toBeLessThanOrEqual((count * most_percent) / 100);
          expect(usableOf(targets, nowMs)).toHaveLength(count - out);
          expect(out).toBeLessThan(count);
        }
      },
    );
    fc.assert(property);
  });
});
