import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTrafficHistory } from '@/lib/telemetry/traffic/history';
import {
  type BlockedSlot,
  type Counts,
  type Slot,
  TrafficBusyError,
  type TrafficFilter,
  type TrafficReport,
} from '@/lib/telemetry/traffic/port';
import { type CellOptions, cellCounts, frameOf, slotAt } from './traffic';

/** A full hour, so that chunks and hours begin here. */
const HOUR = 1_750_003_200;
const NOW = HOUR + 3_000;

function historyAt(nowSeconds = NOW) {
  const clock = { nowSeconds };
  return { clock, history: createTrafficHistory({ now: () => clock.nowSeconds * 1_000 }) };
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}

function sumOfShares(shares: readonly Counts[]): Counts {
  return {
    allowed: sumOf(shares.map(({ allowed }) => allowed)),
    denied: sumOf(shares.map(({ denied }) => denied)),
    errors: sumOf(shares.map(({ errors }) => errors)),
  };
}

function expectAgreement({ series, totals, routes, policies, replicas }: TrafficReport): void {
  const { allowed, denied, errors } = totals;
  const counts = { allowed, denied, errors };
  expect({
    allowed: sumOf(series.allowed),
    denied: sumOf(series.denied),
    errors: sumOf(series.errors),
  }).toEqual(counts);
  for (const shares of [routes, policies, replicas]) expect(sumOfShares(shares)).toEqual(counts);
  series.p50.forEach((p50, point) => {
    const requests =
      (series.allowed[point] ?? 0) + (series.denied[point] ?? 0) + (series.errors[point] ?? 0);
    expect(p50 === null).toBe(requests === 0);
  });
}

const names = {
  instance: fc.constantFrom('one', 'two', 'three'),
  route: fc.constantFrom('/a', '/b', '/c'),
  policy: fc.constantFrom('-', 'p', 'q'),
};
const few = fc.integer({ min: 0, max: 3 });
const cell: fc.Arbitrary<CellOptions> = fc.record({
  route: names.route,
  policy: names.policy,
  allowed: few,
  denied: few,
  errors: few,
  latencies: fc.array(fc.double({ min: 0.01, max: 5_000, noNaN: true }), { minLength: 1 }),
});
const cells = fc.uniqueArray(cell, {
  selector: ({ route, policy }) => `${route} ${policy}`,
  maxLength: 5,
});
const filter: fc.Arbitrary<TrafficFilter> = fc.record(
  {
    route: names.route,
    policy: names.policy,
    replica: fc.constantFrom('replica-of-one', 'replica-of-others'),
  },
  { requiredKeys: [] },
);

function replicaOf(instance: string): string {
  return instance === 'one' ? 'replica-of-one' : 'replica-of-others';
}

interface Told {
  readonly instance: string;
  readonly slot: Slot;
}

/** What a simple reader makes of the same: the fullest telling of each slot, added up. */
function expected(told: readonly Told[], from: number, to: number, filter: TrafficFilter) {
  const slots = new Map<string, Told>();
  const size = ({ cells }: Slot) => sumOfShares(cells);
  const requests = (slot: Slot) => size(slot).allowed + size(slot).denied + size(slot).errors;
  for (const { instance, slot } of told) {
    const key = `${instance} ${slot.at}`;
    const known = slots.get(key);
    if (known === undefined || requests(slot) > requests(known.slot)) {
      slots.set(key, { instance, slot });
    }
  }
  const chosen = [...slots.values()]
    .filter(({ slot: { at } }) => at >= from && at < to)
    .filter(({ instance }) => (filter.replica ?? replicaOf(instance)) === replicaOf(instance))
    .flatMap(({ slot }) => slot.cells)
    .filter((cell) => (filter.route ?? cell.route) === cell.route)
    .filter((cell) => (filter.policy ?? cell.policy) === cell.policy);
  return sumOfShares(chosen);
}

describe('the history', () => {
  it('gives every request once, and numbers that agree, whatever is asked', async () => {
    const kinds = {
      seconds: { span: 1, from: HOUR, steps: [1, 10, 30] },
      minutes: { span: 60, from: HOUR - 7_200, steps: [60, 120, 600, 3_600] },
    } as const;
    const kind = fc.constantFrom('seconds' as const, 'minutes' as const);
    const telling = fc.record({ instance: names.instance, slot: fc.nat(150), cells });
    const question = fc.record({
      first: fc.nat(12),
      points: fc.integer({ min: 1, max: 150 }),
      filter,
    });
    await fc.assert(
      fc.asyncProperty(
        kind,
        fc.array(telling, { maxLength: 25 }),
        fc.array(question, { maxLength: 4 }),
        fc.nat(3),
        async (kind, tellings, questions, stepIndex) => {
          const { history, clock } = historyAt();
          const { span, from: begin, steps } = kinds[kind];
          const step = steps[stepIndex % steps.length] ?? span;
          const told: Told[] = [];
          const ask = async () => {
            for (const { first, points, filter } of questions) {
              const from = begin + first * step;
              const to = from + points * step;
              const report = await history.query({ from, to, step, filter });
              expectAgreement(report);
              const { allowed, denied, errors } = report.totals;
              expect({ allowed, denied, errors }).toEqual(expected(told, from, to, filter));
              expect(report.series.allowed).toHaveLength(points);
            }
          };
          const half = Math.floor(tellings.length / 2);
          for (const [index, { instance, slot: at, cells }] of tellings.entries()) {
            const slot = slotAt(begin + at * span, ...cells);
            told.push({ instance, slot });
            history.put(frameOf({ instance, replica: replicaOf(instance), [kind]: [slot] }));
            if (index === half) await askAnew(ask);
          }
          await askAnew(ask);

          /** Answers are the same within a second. */
          async function askAnew(ask: () => Promise<void>): Promise<void> {
            clock.nowSeconds += 1;
            await ask();
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has the percentiles, mean and maximum of all requests together', async () => {
    const { history } = historyAt();
    const latencies = Array.from({ length: 1_000 }, (_, index) => (index + 1) / 2);
    const [ones, others] = [latencies.slice(0, 400), latencies.slice(400)];
    history.put(frameOf({ seconds: [slotAt(HOUR, { allowed: 400, latencies: ones })] }));
    history.put(
      frameOf({
        instance: 'instance-2',
        seconds: [slotAt(HOUR, { route: '/b', denied: 600, latencies: others })],
      }),
    );
    const { series, totals } = await history.query({
      from: HOUR,
      to: HOUR + 2,
      step: 1,
      filter: {},
    });
    const within = (value: number | null | undefined, exact: number) =>
      expect(Math.abs((value ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.008);
    for (const { p50, p95, p99 } of [
      { p50: series.p50[0], p95: series.p95[0], p99: series.p99[0] },
      totals.latency,
    ]) {
      within(p50, 250);
      within(p95, 475);
      within(p99, 495);
    }
    expect(totals.latency).toMatchObject({ mean: 250.25, max: 500 });
    expect(series.p50[1]).toBeNull();
  });

  it('has no figures where there were no requests', async () => {
    const { history } = historyAt();
    const { totals, routes } = await history.query({
      from: HOUR,
      to: HOUR + 60,
      step: 1,
      filter: {},
    });
    expect(totals).toEqual({
      allowed: 0,
      denied: 0,
      errors: 0,
      latency: { p50: null, p95: null, p99: null, mean: null, max: null },
    });
    expect(routes).toEqual([]);
  });

  it('counts a slot that is told twice once, and lets no older telling replace a newer', async () => {
    const { history, clock } = historyAt();
    const tell = (allowed: number) =>
      history.put(
        frameOf({ seconds: [slotAt(HOUR, { allowed })], minutes: [slotAt(HOUR, { allowed })] }),
      );
    for (const allowed of [2, 5, 5, 3]) tell(allowed);
    const bySeconds = { from: HOUR, to: HOUR + 60, step: 1, filter: {} };
    expect((await history.query(bySeconds)).totals.allowed).toBe(5);
    expect((await history.query({ ...bySeconds, step: 60 })).totals.allowed).toBe(5);
    tell(6);
    clock.nowSeconds += 1;
    expect((await history.query(bySeconds)).totals.allowed).toBe(6);
  });

  it('adds up the lives of a replica', async () => {
    const { history } = historyAt();
    for (const instance of ['before', 'after']) {
      history.put(frameOf({ instance, seconds: [slotAt(HOUR, { allowed: 3 })] }));
    }
    const { replicas } = await history.query({ from: HOUR, to: HOUR + 1, step: 1, filter: {} });
    expect(replicas).toMatchObject([{ name: 'replica-1', allowed: 6 }]);
  });

  it('lists the busiest fifty, the last of them for all others', async () => {
    const { history } = historyAt();
    const busy = Array.from({ length: 80 }, (_, route) => ({
      route: `/${route}`,
      allowed: 100 - route,
    }));
    history.put(frameOf({ seconds: [slotAt(HOUR, ...busy)] }));
    const report = await history.query({ from: HOUR, to: HOUR + 1, step: 1, filter: {} });
    expect(report.routes).toHaveLength(50);
    expect(report.routes[0]).toMatchObject({ name: '/0', allowed: 100 });
    expect(report.routes.at(-1)?.name).toBe('other');
    expectAgreement(report);
  });

  it('merges cells beyond two thousand in a minute, and loses none of their requests', async () => {
    const { history } = historyAt();
    for (let instance = 0; instance < 6; instance++) {
      const cells = Array.from({ length: 450 }, (_, route) => ({ route: `/${route}`, allowed: 1 }));
      for (const at of [HOUR, HOUR + 1]) {
        history.put(frameOf({ instance: `${instance}`, seconds: [slotAt(at, ...cells)] }));
      }
    }
    const report = await history.query({ from: HOUR, to: HOUR + 2, step: 1, filter: {} });
    expect(report.totals.allowed).toBe(6 * 450 * 2);
    expect(report.routes.at(-1)?.name).toBe('other');
    expectAgreement(report);
  });

  it('forgets seconds after an hour and minutes after a week', async () => {
    const { history, clock } = historyAt(HOUR);
    history.put(
      frameOf({ seconds: [slotAt(HOUR, { allowed: 1 })], minutes: [slotAt(HOUR, { allowed: 1 })] }),
    );
    const aWeek = 7 * 86_400;
    const askMinutes = () => history.query({ from: HOUR, to: HOUR + 600, step: 600, filter: {} });
    clock.nowSeconds += aWeek - 60;
    history.put(frameOf({ minutes: [slotAt(clock.nowSeconds, { allowed: 1 })] }));
    expect((await askMinutes()).totals.allowed).toBe(1);
    clock.nowSeconds += 2 * 3_600;
    history.put(frameOf({ minutes: [slotAt(clock.nowSeconds, { allowed: 1 })] }));
    expect((await askMinutes()).totals.allowed).toBe(0);
    history.put(frameOf({ seconds: [slotAt(clock.nowSeconds, { allowed: 1 })] }));
    expect(history.second(HOUR, {}).allowed).toBe(0);
  });

  it('does not take what is too old, of a far future, or no whole slot', () => {
    const { history } = historyAt();
    for (const at of [NOW - 3_602, NOW + 61, NOW + 0.5]) {
      history.put(frameOf({ seconds: [slotAt(at, { allowed: 1 })] }));
      expect(history.second(at, {}).allowed).toBe(0);
    }
    history.put(frameOf({ seconds: [slotAt(NOW + 60, { allowed: 1 })] }));
    expect(history.second(NOW + 60, {}).allowed).toBe(1);
  });

  it('takes a slot whose latencies cannot be read for its counts', async () => {
    const { history } = historyAt();
    const cells = [{ ...cellCounts({ allowed: 2 }), latency: '%%%' }];
    history.put(frameOf({ seconds: [{ at: HOUR, cells }] }));
    const { totals } = await history.query({ from: HOUR, to: HOUR + 1, step: 1, filter: {} });
    expect(totals).toMatchObject({ allowed: 2, latency: { p50: null } });
  });

  it('gives a second to who watches it, filtered', () => {
    const { history } = historyAt();
    history.put(
      frameOf({
        seconds: [
          slotAt(HOUR, { allowed: 2, latencies: [4] }, { route: '/b', denied: 1, errors: 1 }),
        ],
      }),
    );
    expect(history.second(HOUR, {})).toMatchObject({ at: HOUR, allowed: 2, denied: 1, errors: 1 });
    expect(history.second(HOUR, { route: '/api' })).toMatchObject({
      allowed: 2,
      denied: 0,
      p50: 4,
    });
    expect(history.second(HOUR, { replica: 'nobody' })).toMatchObject({ allowed: 0, p50: null });
    expect(history.second(HOUR + 1, {})).toMatchObject({ allowed: 0, p99: null });
  });

  it.each([
    ['a step that divides nothing', { from: HOUR, to: HOUR + 49, step: 7 }],
    ['a step of 90 seconds', { from: HOUR, to: HOUR + 3_600, step: 90 }],
    ['a step of no seconds', { from: HOUR, to: HOUR + 60, step: 0 }],
    ['a step that is no number', { from: HOUR, to: HOUR + 60, step: Number.NaN }],
    ['a beginning between steps', { from: HOUR + 30, to: HOUR + 120, step: 60 }],
    ['an end before the beginning', { from: HOUR, to: HOUR - 60, step: 60 }],
    ['no time at all', { from: HOUR, to: HOUR, step: 60 }],
    ['too many points', { from: HOUR, to: HOUR + 3_601, step: 1 }],
    ['seconds of the day before', { from: HOUR - 86_400, to: HOUR - 86_340, step: 1 }],
  ])('refuses %s', async (_, times) => {
    const { history } = historyAt();
    await expect(history.query({ ...times, filter: {} })).rejects.toThrow(RangeError);
  });

  it('answers the same question once in a second', async () => {
    const { history, clock } = historyAt();
    const query = { from: HOUR, to: HOUR + 60, step: 1, filter: {} };
    const [first, same] = await Promise.all([history.query(query), history.query({ ...query })]);
    expect(same).toBe(first);
    clock.nowSeconds += 1;
    expect(await history.query(query)).not.toBe(first);
  });

  it('lets twenty different questions wait and refuses more, until it has answered', async () => {
    const { history } = historyAt();
    const ask = (policy: string) =>
      history.query({ from: HOUR, to: HOUR + 60, step: 1, filter: { policy } });
    const asked = Array.from({ length: 20 }, (_, index) => ask(`p${index}`));
    await expect(ask('one-more')).rejects.toThrow(TrafficBusyError);
    const same = ask('p7');
    const answers = await Promise.all(asked);
    expect(await same).toBe(answers[7]);
    await expect(ask('one-more')).resolves.toMatchObject({ totals: { allowed: 0 } });
  });

  it('forgets the oldest answers of a second in which too many different ones were given', async () => {
    const { history } = historyAt();
    const ask = (policy: string) =>
      history.query({ from: HOUR, to: HOUR + 60, step: 1, filter: { policy } });
    const first = await ask('first');
    for (let index = 0; index < 39; index++) await ask(`p${index}`);
    expect(await ask('first')).toBe(first);
    await ask('one-more');
    expect(await ask('first')).not.toBe(first);
  });

  it('lets others have their turn while it reads, and agrees with itself all the same', async () => {
    const { history } = historyAt();
    const latencies = Array.from({ length: 100 }, (_, index) => 1.05 ** index);
    const cells = Array.from({ length: 60 }, (_, route) => ({
      route: `/${route}`,
      allowed: 100,
      latencies,
    }));
    const { cells: told } = slotAt(HOUR, ...cells);
    for (let second = 0; second < 600; second++) {
      history.put(frameOf({ seconds: [{ at: HOUR + second, cells: told }] }));
    }
    const asked = history.query({ from: HOUR, to: HOUR + 600, step: 1, filter: {} });
    let turns = 0;
    let isAnswered = false;
    void asked.then(() => {
      isAnswered = true;
    });
    while (!isAnswered) {
      await new Promise((resolve) => setImmediate(resolve));
      turns += 1;
      const grown = slotAt(HOUR + 599, { route: '/new', allowed: turns });
      history.put(frameOf({ instance: 'instance-2', seconds: [grown] }));
    }
    expect(turns).toBeGreaterThan(3);
    expectAgreement(await asked);
  });
});

describe('the history of who was refused', () => {
  const client = (value: string, count: number, error = 0) => ({
    kind: 'ip' as const,
    value,
    count,
    error,
  });
  const blocked = (slot: Partial<BlockedSlot>): BlockedSlot => ({
    at: HOUR,
    span: 'minute',
    total: 0,
    floor: 0,
    clients: [],
    ...slot,
  });

  it('adds up minutes within an hour, and hours beyond', async () => {
    const { history } = historyAt();
    history.put(
      frameOf({
        blocked: [
          blocked({ total: 5, clients: [client('a', 3), client('b', 2)] }),
          blocked({ at: HOUR + 60, total: 4, clients: [client('b', 4)] }),
          blocked({ span: 'hour', total: 50, clients: [client('a', 50)] }),
        ],
      }),
    );
    history.put(
      frameOf({
        instance: 'instance-2',
        blocked: [blocked({ total: 1, clients: [client('a', 1)] })],
      }),
    );
    const ask = async (from: number, to: number, step: number) =>
      (await history.query({ from, to, step, filter: {} })).blocked;
    expect(await ask(HOUR, HOUR + 120, 1)).toEqual({
      total: 10,
      error_bound: 0,
      clients: [client('b', 6), client('a', 4)],
    });
    expect(await ask(HOUR + 60, HOUR + 120, 60)).toMatchObject({
      total: 4,
      clients: [client('b', 4)],
    });
    expect(await ask(HOUR - 3_600, HOUR + 3_600, 600)).toMatchObject({ total: 50 });
  });

  it('takes hours for a short time that has been', async () => {
    const { history, clock } = historyAt();
    const clients = [client('a', 50)];
    history.put(
      frameOf({
        blocked: [blocked({ total: 50, clients }), blocked({ span: 'hour', total: 50, clients })],
      }),
    );
    clock.nowSeconds += 3 * 3_600;
    const { blocked: report } = await history.query({
      from: HOUR,
      to: HOUR + 1_800,
      step: 60,
      filter: {},
    });
    expect(report).toEqual({ total: 50, error_bound: 0, clients });
  });

  it('says by how much it may be off', async () => {
    const { history } = historyAt();
    history.put(
      frameOf({
        blocked: [
          blocked({ total: 100, floor: 7, clients: [client('a', 40, 5)] }),
          blocked({ at: HOUR + 60, total: 90, floor: 4, clients: [client('b', 30)] }),
        ],
      }),
    );
    const { blocked: report } = await history.query({
      from: HOUR,
      to: HOUR + 120,
      step: 60,
      filter: {},
    });
    expect(report).toEqual({
      total: 190,
      error_bound: 11,
      clients: [client('a', 44, 9), client('b', 37, 7)],
    });
  });

  it('lists the twenty most refused', async () => {
    const { history } = historyAt();
    const clients = Array.from({ length: 90 }, (_, index) => client(`c${index}`, 90 - index));
    history.put(frameOf({ blocked: [blocked({ total: 4_095, clients })] }));
    const { blocked: report } = await history.query({
      from: HOUR,
      to: HOUR + 60,
      step: 60,
      filter: {},
    });
    expect(report.clients).toEqual(clients.slice(0, 20));
  });

  it('lists who was certainly refused before who may have been', async () => {
    const { history } = historyAt();
    const clients = [client('once', 900, 899), client('often', 850, 50)];
    history.put(frameOf({ blocked: [blocked({ total: 9_000, floor: 850, clients })] }));
    const { blocked: report } = await history.query({
      from: HOUR,
      to: HOUR + 60,
      step: 60,
      filter: {},
    });
    expect(report.clients.map(({ value }) => value)).toEqual(['often', 'once']);
  });

  it('lets no older telling replace a newer', async () => {
    const { history } = historyAt();
    for (const total of [3, 9, 4]) {
      history.put(frameOf({ blocked: [blocked({ total, clients: [client('a', total)] })] }));
    }
    const { blocked: report } = await history.query({
      from: HOUR,
      to: HOUR + 60,
      step: 60,
      filter: {},
    });
    expect(report.total).toBe(9);
  });
});
