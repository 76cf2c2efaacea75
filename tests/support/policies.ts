import type { PolicyInput } from '../../lib/policy';

/** As configuration writes it. */
export const perHour = (quota: number) => ({
  algorithm: 'fixed-window' as const,
  quota,
  window_ms: 3_600_000,
});

/** A policy of two requests an hour for everything under /api. */
export const policy = (name: string, changes: Partial<PolicyInput> = {}): PolicyInput => ({
  name,
  match: { paths: ['/api/*'] },
  limits: [perHour(2)],
  ...changes,
});
