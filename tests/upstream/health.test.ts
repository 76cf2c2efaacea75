import { describe, expect, it } from 'vitest';
import { createHealth } from '../../lib/upstream/health';

const thresholds = { healthy_after: 2, unhealthy_after: 3 };
const FAULT = 'connection refused';

function statesAfter(...faults: (string | undefined)[]) {
  const health = createHealth();
  return faults.map((fault) => {
    health.note(fault, thresholds);
    return health.state;
  });
}

describe('health', () => {
  it('is unknown at first, and good after one success', () => {
    expect(createHealth().state).toBe('unknown');
    expect(statesAfter(undefined)).toEqual(['healthy']);
  });

  it('stays unknown until enough failures came from the start', () => {
    expect(statesAfter(FAULT, FAULT, FAULT)).toEqual(['unknown', 'unknown', 'unhealthy']);
  });

  it('turns only by streaks', () => {
    const h = undefined;
    expect(statesAfter(h, FAULT, FAULT, h, FAULT, FAULT, FAULT, h, FAULT, h, h)).toEqual([
      ...['healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'healthy', 'unhealthy'],
      ...['unhealthy', 'unhealthy', 'unhealthy', 'healthy'],
    ]);
  });

  it('tells when it turned, and what the last check met', () => {
    const health = createHealth();
    expect(health.note(undefined, thresholds)).toBe(true);
    expect(health.note(undefined, thresholds)).toBe(false);
    expect(health.note(FAULT, thresholds)).toBe(false);
    expect(health.fault).toBe(FAULT);
    health.note(undefined, thresholds);
    expect(health.fault).toBeUndefined();
  });
});
