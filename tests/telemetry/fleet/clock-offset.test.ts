import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClockOffset } from '../../../lib/telemetry/fleet/clock-offset';

/** What Redis answers at a time of its clock. */
const timeAt = (ms: number) => [Math.floor(ms / 1_000), Math.round((ms % 1_000) * 1_000)];

const NOW = Date.UTC(2030, 0, 1);

describe('the offset of the clock', () => {
  it('is none before anything is known', () => {
    const clock = createClockOffset();
    expect([clock.ms, clock.isMeasured]).toEqual([0, false]);
  });

  it('is told by when Redis answered, half a round trip ago', () => {
    const clock = createClockOffset();
    clock.measure(timeAt(NOW + 5_000), NOW - 10, NOW + 10);
    expect([clock.ms, clock.isMeasured]).toEqual([5_000, true]);
  });

  it('is off by half of the quickest round trip at most, whatever the others took', () => {
    const trip = fc.record({
      there: fc.integer({ min: 0, max: 400 }),
      back: fc.integer({ min: 0, max: 400 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.array(trip, { minLength: 1, maxLength: 15 }),
        (offsetMs, trips) => {
          const clock = createClockOffset();
          let nowMs = NOW;
          for (const { there, back } of trips) {
            clock.measure(timeAt(nowMs + there + offsetMs), nowMs, nowMs + there + back);
            nowMs += 250;
          }
          const quickest = Math.min(...trips.map(({ there, back }) => there + back));
          expect(Math.abs(clock.ms - offsetMs)).toBeLessThanOrEqual(quickest / 2 + 0.001);
        },
      ),
    );
  });

  it('follows a clock that was set at once, though the round trip was slower than others', () => {
    const clock = createClockOffset();
    for (let i = 0; i < 30; i++) clock.measure(timeAt(NOW + 5_000), NOW - 1, NOW + 1);
    clock.measure(timeAt(NOW + 60_000), NOW - 40, NOW + 40);
    expect(clock.ms).toBe(60_000);
  });

  it('follows a clock that drifts, for old measurements are forgotten', () => {
    const clock = createClockOffset();
    clock.measure(timeAt(NOW), NOW, NOW);
    for (let i = 1; i <= 40; i++) clock.measure(timeAt(NOW + i / 4), NOW - 2, NOW + 2);
    expect(clock.ms).toBeGreaterThan(5);
  });

  it.each([
    ['no list', 'x'],
    ['no numbers', ['x', 'y']],
    ['too short', [1]],
    ['nothing', null],
  ])('is not told by a reply that is %s', (_, reply) => {
    const clock = createClockOffset();
    clock.measure(reply, NOW, NOW + 1);
    expect(clock.isMeasured).toBe(false);
  });

  it('is not told by a round trip during which the clock was set back', () => {
    const clock = createClockOffset();
    clock.measure(timeAt(NOW), NOW, NOW - 5_000);
    expect(clock.isMeasured).toBe(false);
  });
});
