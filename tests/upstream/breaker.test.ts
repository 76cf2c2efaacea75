import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Breaker,
  type BreakerChange,
  type BreakerSettings,
  createBreaker,
  REFUSED,
} from '../../lib/upstream/breaker';

const settings: BreakerSettings = {
  window_ms: 10_000,
  least_requests: 10,
  failure_percent: 50,
  slow_ms: 1_000,
  slow_percent: 80,
  open_ms: 2_000,
};
const QUICK_MS = 5;
const SLOW_MS = 1_000;
const START_MS = 1_000_000;

function breakerAt(nowMs = START_MS, random = () => 0) {
  const changes: BreakerChange[] = [];
  const onChange = (change: BreakerChange) => changes.push(change);
  return { breaker: createBreaker(settings, { onChange, nowMs, random }), changes };
}

/** Lets that many requests through, each with this end. */
function send(breaker: Breaker, count: number, isFailure: boolean, nowMs: number, ms = QUICK_MS) {
  for (let request = 0; request < count; request++) {
    breaker.record(breaker.enter(nowMs), isFailure, ms, nowMs);
  }
}

function openBreaker() {
  const made = breakerAt();
  send(made.breaker, 10, true, START_MS);
  return made;
}

/** Of a breaker that opened at START_MS, and whose time is over. */
const PROBE_MS = START_MS + 2_000;

describe('a closed breaker', () => {
  it('opens when failures reach their share of enough requests', () => {
    const { breaker, changes } = breakerAt();
    send(breaker, 5, false, START_MS);
    send(breaker, 4, true, START_MS);
    expect(breaker.state).toBe('closed');
    send(breaker, 1, true, START_MS);
    expect(changes).toEqual([{ state: 'open', cause: 'failures', forMs: 2_000 }]);
    expect(breaker.enter(START_MS)).toBe(REFUSED);
  });

  it('says nothing of a few requests', () => {
    const { breaker } = breakerAt();
    send(breaker, 9, true, START_MS);
    expect(breaker.state).toBe('closed');
  });

  it('opens for slow answers, too', () => {
    const { breaker, changes } = breakerAt();
    send(breaker, 2, false, START_MS);
    send(breaker, 7, false, START_MS, SLOW_MS);
    expect(breaker.state).toBe('closed');
    send(breaker, 1, false, START_MS, SLOW_MS);
    expect(changes).toEqual([{ state: 'open', cause: 'slow', forMs: 2_000 }]);
  });

  describe('after much that went well', () => {
    /** A tenth of the window. */
    const UNANIMOUS_MS = 1_000;
    const afterMany = () => {
      const made = breakerAt();
      send(made.breaker, 10_000, false, START_MS);
      return made;
    };

    it('opens when for a tenth of the window nothing but enough failures came', () => {
      const { breaker, changes } = afterMany();
      for (let ms = 0; ms < UNANIMOUS_MS; ms += 100) send(breaker, 2, true, START_MS + ms);
      expect(breaker.state).toBe('closed');
      send(breaker, 1, true, START_MS + UNANIMOUS_MS);
      expect(changes).toEqual([{ state: 'open', cause: 'failures', forMs: 2_000 }]);
    });

    it('stays closed when many fail at once, as those of one target that dies', () => {
      const { breaker } = afterMany();
      send(breaker, 1_000, true, START_MS);
      expect(breaker.state).toBe('closed');
    });

    it('stays closed when one went well meanwhile', () => {
      const { breaker } = afterMany();
      send(breaker, 20, true, START_MS);
      send(breaker, 1, false, START_MS + 1);
      send(breaker, 20, true, START_MS + UNANIMOUS_MS);
      expect(breaker.state).toBe('closed');
    });

    it('stays closed when few fail', () => {
      const { breaker } = afterMany();
      for (let failure = 0; failure < 9; failure++) {
        send(breaker, 1, true, START_MS + failure * UNANIMOUS_MS);
      }
      expect(breaker.state).toBe('closed');
    });
  });

  it('forgets failures of long ago', () => {
    const { breaker } = breakerAt();
    send(breaker, 9, true, START_MS);
    send(breaker, 9, true, START_MS + 10_000);
    expect(breaker.state).toBe('closed');
    expect(breaker.failures(START_MS + 10_000)).toBe(9);
  });
});

describe('an open breaker', () => {
  it('refuses until its time is over, and says how long that is', () => {
    const { breaker } = openBreaker();
    expect(breaker.enter(PROBE_MS - 1)).toBe(REFUSED);
    expect(breaker.retryAfterMs(PROBE_MS - 500)).toBe(500);
    expect(breaker.probeAtMs).toBe(PROBE_MS);
  });

  it('does not hear answers to what began before it opened', () => {
    const { breaker } = breakerAt();
    const early = breaker.enter(START_MS);
    send(breaker, 10, true, START_MS);
    breaker.record(early, false, QUICK_MS, START_MS + 10);
    expect(breaker.state).toBe('open');
    breaker.enter(PROBE_MS);
    breaker.record(early, false, QUICK_MS, PROBE_MS);
    expect(breaker.state).toBe('half-open');
  });

  it('takes a little off its time, so that replicas do not probe at once', () => {
    const { breaker, changes } = breakerAt(START_MS, () => 0.5);
    send(breaker, 10, true, START_MS);
    expect(changes[0]?.forMs).toBe(1_900);
  });
});

describe('a half-open breaker', () => {
  it('lets one probe through', () => {
    const { breaker } = openBreaker();
    expect(breaker.enter(PROBE_MS)).not.toBe(REFUSED);
    expect(breaker.enter(PROBE_MS)).toBe(REFUSED);
    expect(breaker.state).toBe('half-open');
    expect(breaker.retryAfterMs(PROBE_MS)).toBeGreaterThan(0);
  });

  it('closes with a fresh window when the probe goes well', () => {
    const { breaker, changes } = openBreaker();
    send(breaker, 1, false, PROBE_MS);
    expect(changes.map(({ state }) => state)).toEqual(['open', 'half-open', 'closed']);
    expect([breaker.requests(PROBE_MS), breaker.failures(PROBE_MS)]).toEqual([0, 0]);
  });

  it.each([
    ['fails', true, QUICK_MS],
    ['is slow', false, SLOW_MS],
  ])('opens for twice as long, up to eight times, when the probe %s', (_, isFailure, ms) => {
    const { breaker, changes } = openBreaker();
    for (let probe = 0; probe < 5; probe++) {
      send(breaker, 1, isFailure, breaker.probeAtMs ?? 0, ms);
    }
    const times = changes.filter(({ state }) => state === 'open').map(({ forMs }) => forMs);
    expect(times).toEqual([2_000, 4_000, 8_000, 16_000, 16_000, 16_000]);
  });

  it('begins with the first time again after it closed', () => {
    const { breaker, changes } = openBreaker();
    send(breaker, 1, true, PROBE_MS);
    send(breaker, 1, false, breaker.probeAtMs ?? 0);
    send(breaker, 10, true, PROBE_MS + 10_000);
    expect(changes.at(-1)).toEqual({ state: 'open', cause: 'failures', forMs: 2_000 });
  });

  it('gives the place of an abandoned probe to the next request', () => {
    const { breaker } = openBreaker();
    breaker.abandon(breaker.enter(PROBE_MS));
    expect(breaker.enter(PROBE_MS)).not.toBe(REFUSED);
    expect(breaker.enter(PROBE_MS)).toBe(REFUSED);
  });

  it('takes a probe that hangs for a slow one, and hears nothing of it later', () => {
    const { breaker } = openBreaker();
    const hanging = breaker.enter(PROBE_MS);
    breaker.sent(hanging, PROBE_MS);
    expect(breaker.enter(PROBE_MS + SLOW_MS)).toBe(REFUSED);
    expect(breaker.state).toBe('open');
    breaker.record(hanging, false, SLOW_MS, PROBE_MS + SLOW_MS);
    expect(breaker.state).toBe('open');
  });
});

describe('a probe', () => {
  it('has its time from when it was sent', () => {
    const { breaker } = openBreaker();
    const probe = breaker.enter(PROBE_MS);
    breaker.sent(probe, PROBE_MS + SLOW_MS - 1);
    expect(breaker.enter(PROBE_MS + SLOW_MS)).toBe(REFUSED);
    expect(breaker.state).toBe('half-open');
    breaker.record(probe, false, QUICK_MS, PROBE_MS + SLOW_MS);
    expect(breaker.state).toBe('closed');
  });

  it('whose client is slow to send gives its place away, and is heard no more', () => {
    const { breaker } = openBreaker();
    const lingering = breaker.enter(PROBE_MS);
    const next = breaker.enter(PROBE_MS + SLOW_MS);
    expect(next).not.toBe(REFUSED);
    expect(breaker.enter(PROBE_MS + SLOW_MS)).toBe(REFUSED);
    breaker.sent(lingering, PROBE_MS + SLOW_MS);
    breaker.record(lingering, true, SLOW_MS, PROBE_MS + SLOW_MS);
    expect(breaker.state).toBe('half-open');
    breaker.record(next, false, QUICK_MS, PROBE_MS + SLOW_MS);
    expect(breaker.state).toBe('closed');
  });
});

describe('a person', () => {
  it('trips a breaker until it is reset', () => {
    const { breaker, changes } = breakerAt();
    const early = breaker.enter(START_MS);
    breaker.trip(START_MS);
    breaker.trip(START_MS);
    breaker.record(early, false, QUICK_MS, START_MS);
    expect(breaker.enter(START_MS + 1_000_000)).toBe(REFUSED);
    expect([breaker.isTripped, breaker.probeAtMs]).toEqual([true, undefined]);
    breaker.reset(START_MS);
    expect(breaker.enter(START_MS)).not.toBe(REFUSED);
    expect(changes).toEqual([
      { state: 'open', cause: 'order', forMs: undefined },
      { state: 'closed', cause: 'order', forMs: undefined },
    ]);
  });

  it('trips one that is half-open, whatever becomes of the probe', () => {
    const { breaker } = openBreaker();
    const probe = breaker.enter(PROBE_MS);
    breaker.trip(PROBE_MS);
    breaker.record(probe, false, QUICK_MS, PROBE_MS);
    breaker.abandon(probe);
    expect(breaker.state).toBe('open');
    expect(breaker.isTripped).toBe(true);
  });

  it('clears the window of one that is closed by resetting it', () => {
    const { breaker, changes } = breakerAt();
    send(breaker, 9, true, START_MS);
    breaker.reset(START_MS);
    expect(breaker.failures(START_MS)).toBe(0);
    expect(changes).toEqual([]);
  });

  it('closes it with other settings, unless it is tripped', () => {
    const { breaker } = openBreaker();
    breaker.adopt({ ...settings, least_requests: 2 }, START_MS);
    expect(breaker.state).toBe('closed');
    send(breaker, 2, true, START_MS);
    expect(breaker.state).toBe('open');
    breaker.trip(START_MS);
    breaker.adopt(settings, START_MS);
    expect(breaker.isTripped).toBe(true);
  });
});

describe('a hint from another replica', () => {
  it('opens a breaker that knows little, for no longer than its own time', () => {
    const { breaker, changes } = breakerAt();
    send(breaker, 9, false, START_MS);
    breaker.hint(500, START_MS);
    expect(changes).toEqual([{ state: 'open', cause: 'hint', forMs: 500 }]);
    const other = breakerAt();
    other.breaker.hint(60_000, START_MS);
    expect(other.changes).toEqual([{ state: 'open', cause: 'hint', forMs: 2_000 }]);
  });

  it('is not believed by one whose requests go well', () => {
    const { breaker } = breakerAt();
    send(breaker, 16, false, START_MS);
    send(breaker, 4, true, START_MS);
    breaker.hint(500, START_MS);
    expect(breaker.state).toBe('closed');
  });

  it('is believed by one whose requests go half as badly as it takes to open', () => {
    const { breaker } = breakerAt();
    send(breaker, 9, false, START_MS);
    send(breaker, 3, true, START_MS);
    breaker.hint(500, START_MS);
    expect(breaker.state).toBe('open');
  });

  it('is not believed again by one whose probe went well', () => {
    const { breaker } = breakerAt();
    breaker.hint(500, START_MS);
    send(breaker, 1, false, START_MS + 500);
    breaker.hint(500, START_MS + 600);
    expect(breaker.state).toBe('closed');
    breaker.hint(500, START_MS + 10_500);
    expect(breaker.state).toBe('open');
  });

  it('says nothing new to one that is open', () => {
    const { breaker, changes } = openBreaker();
    breaker.hint(500, START_MS);
    expect(breaker.probeAtMs).toBe(PROBE_MS);
    expect(changes).toHaveLength(1);
  });
});

type Step =
  | { readonly does: 'wait'; readonly ms: number }
  | { readonly does: 'enter' | 'trip' | 'reset' }
  | { readonly does: 'hint'; readonly ms: number }
  | { readonly does: 'abandon' | 'sent'; readonly which: number }
  | { readonly does: 'end'; readonly which: number; readonly isFailure: boolean };

const does = <T extends Step['does']>(name: T) => fc.constant(name);
const aStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ does: does('enter') }) },
  {
    weight: 8,
    arbitrary: fc.record({ does: does('end'), which: fc.nat(9), isFailure: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ does: does('wait'), ms: fc.nat(3_000) }) },
  { weight: 4, arbitrary: fc.record({ does: does('sent'), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ does: does('abandon'), which: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ does: does('hint'), ms: fc.nat(10_000) }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constantFrom('trip', 'reset') }) },
);
const aTrace = fc.array(aStep, { maxLength: 400, size: 'max' });

describe('whatever happens, a breaker', () => {
  it('probes with one request at a time, opens with reason only, and for no longer than it says', () => {
    const property = fc.property(aTrace, fc.double({ min: 0, max: 0.999, noNaN: true }), check);
    fc.assert(property, { numRuns: 300 });
  });
});

function check(trace: readonly Step[], random: number): void {
  let nowMs = START_MS;
  let mayProbeAtMs = 0;
  const ends: number[] = [];
  const onChange = ({ state, cause, forMs }: BreakerChange) => {
    if (state !== 'open' || forMs === undefined) return;
    mayProbeAtMs = nowMs + forMs;
    expect(forMs).toBeLessThanOrEqual(settings.open_ms * (cause === 'probe' ? 8 : 1));
    expect(forMs).toBeGreaterThan(0);
    if (cause === 'probe' || cause === 'hint') return;
    const ofLate = ends.filter((atMs) => nowMs - atMs < settings.window_ms);
    expect(ofLate.length).toBeGreaterThanOrEqual(settings.least_requests);
  };
  const breaker = createBreaker(settings, { onChange, nowMs, random: () => random });
  let inFlight: { readonly pass: number; sinceMs: number; isSent: boolean }[] = [];
  let probe: (typeof inFlight)[number] | undefined;

  for (const step of trace) {
    const picked = 'which' in step ? inFlight[step.which % inFlight.length] : undefined;
    if (picked !== undefined && step.does === 'sent') {
      picked.sinceMs = nowMs;
      picked.isSent = true;
      breaker.sent(picked.pass, nowMs);
      continue;
    }
    if (picked !== undefined) inFlight = inFlight.filter((request) => request !== picked);
    if (step.does === 'wait') nowMs += step.ms;
    if (step.does === 'trip') breaker.trip(nowMs);
    if (step.does === 'reset') breaker.reset(nowMs);
    if (step.does === 'hint') breaker.hint(step.ms, nowMs);
    if (step.does === 'enter') {
      const before = breaker.state;
      const { isTripped } = breaker;
      const pass = breaker.enter(nowMs);
      if (before === 'closed') expect(pass).not.toBe(REFUSED);
      if (before === 'open') expect(pass === REFUSED).toBe(isTripped || nowMs < mayProbeAtMs);
      if (before === 'half-open') {
        const isGivenAway =
          probe !== undefined && !probe.isSent && nowMs - probe.sinceMs >= settings.slow_ms;
        expect(pass === REFUSED).toBe(probe !== undefined && !isGivenAway);
      }
      if (pass !== REFUSED) {
        const request = { pass, sinceMs: nowMs, isSent: false };
        inFlight.push(request);
        if (breaker.state === 'half-open') probe = request;
      }
    }
    if (picked !== undefined) {
      const before = breaker.state;
      if (step.does === 'abandon') breaker.abandon(picked.pass);
      if (step.does === 'end') {
        if (before === 'closed') ends.push(nowMs);
        breaker.record(picked.pass, step.isFailure, nowMs - picked.sinceMs, nowMs);
        // Only the probe closes it, or opens it again.
        if (before !== 'closed' && picked !== probe) expect(breaker.state).toBe(before);
      }
      if (picked === probe) probe = undefined;
    }
    if (breaker.state !== 'half-open') probe = undefined;
  }
}
