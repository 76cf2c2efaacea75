import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Question } from '../../../lib/telemetry/fleet';
import { replicaStatusSchema, stateOf } from '../../../lib/telemetry/fleet/replica-status';
import { fleetOn, type TestFleet } from '../../support/fleet';

const hello: Question<null, string> = { kind: 'hello', asked: z.null(), answered: z.string() };

describe('a replica without Redis', () => {
  const fleets: TestFleet[] = [];
  afterEach(async () => {
    for (const fleet of fleets.splice(0)) await fleet.close();
  });

  function alone(): TestFleet {
    const fleet = fleetOn(undefined, 'one', { requestsPerSecond: () => 12 });
    fleets.push(fleet);
    return fleet;
  }

  it('knows of itself, and how it is', async () => {
    const fleet = alone();
    const [own, ...others] = await fleet.replicas();
    expect(others).toEqual([]);
    expect(own).toMatchObject({ isSelf: true, state: 'live' });
    expect(own?.status).toMatchObject({ ...fleet.self, requests_per_second: 12, breakers: [] });
    expect(replicaStatusSchema.parse(own?.status)).toEqual(own?.status);
  });

  it('asks nobody, and does not wait for it', async () => {
    const fleet = alone();
    fleet.answer(hello, () => 'hello');
    const answers = await fleet.ask(hello, null, { withinMs: 600_000 });
    expect(answers).toEqual({ asked: 0, answers: [] });
  });

  it('tells its traffic to nobody', () => {
    expect(alone().traffic).toBeUndefined();
  });

  it('whose numbers cannot be had is not known, and does not fail', async () => {
    const fleet = fleetOn(undefined, 'one', {
      inFlight: () => {
        throw new Error('no');
      },
    });
    fleets.push(fleet);
    expect(await fleet.replicas()).toEqual([]);
  });
});

it.each([
  [0, 'live'],
  [3_000, 'live'],
  [3_001, 'silent'],
  [15_000, 'silent'],
  [15_001, 'gone'],
])('a replica that was heard of %i ms ago is %s', (ageMs, state) => {
  expect(stateOf(ageMs)).toBe(state);
});
