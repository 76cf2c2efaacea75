const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Largest that stays exact in every algorithm's integers over a day. */
const ROOMY = 50_000_000;
/** Largest that the algorithms allow which remember every request. */
const ROOMY_LOG = 10_000;

const NUMBERS = {
  'fixed-window': { quota: ROOMY, windowMs: DAY_MS },
  // Within a second a log empties as quickly as it fills, which is what it costs in real use.
  'sliding-window-log': { quota: ROOMY_LOG, windowMs: 1_000 },
  'sliding-window-counter': { quota: ROOMY, windowMs: DAY_MS },
  'token-bucket': { quota: ROOMY, refillTokens: 1, refillIntervalMs: DAY_MS },
  gcra: { quota: ROOMY, refillTokens: 1, refillIntervalMs: DAY_MS },
  concurrency: { quota: ROOMY_LOG, leaseMs: HOUR_MS },
};

/** A limit that no run exhausts, but for the log's with its short window. */
export function roomyLimit({ limitSchema }, algorithm) {
  return limitSchema.parse({ algorithm, name: 'bench', ...NUMBERS[algorithm] });
}

/** A limit that gives nothing back while a run lasts. */
export function tightLimit({ limitSchema }, algorithm, quota) {
  const { windowMs } = NUMBERS[algorithm];
  return limitSchema.parse({
    algorithm,
    name: 'bench',
    ...NUMBERS[algorithm],
    quota,
    ...(windowMs !== undefined && { windowMs: DAY_MS }),
  });
}

/** Whether units come back within a run, so that what was counted cannot be asked for afterwards. */
export function forgets(algorithm) {
  return algorithm === 'sliding-window-log' || algorithm === 'concurrency';
}
