import { table, whole } from '../../lib/table.mjs';

const HELD_KEYS = 5_000_000;

/** A new key with every decision, then many keys held at rest. */
export async function measure({ redis, startSubject, options }) {
  const pour = async (what, order) => {
    const subject = await startSubject();
    try {
      return { what, ...(await subject.tell('flood', order)) };
    } finally {
      await subject.stop();
    }
  };
  const keys = options.keys;
  await redis.flush();
  const floods = [
    await pour('memory', { kind: 'memory', keys, quota: 10 }),
    await pour('memory, every key exhausted', { kind: 'memory', keys, quota: 1 }),
    await pour('deny cache', { kind: 'denyCache', keys }),
    await pour('Redis', { kind: 'redis', keys: options.redisKeys }),
  ];
  const freed = floods.find(({ exhausted_kept: kept }) => kept !== undefined && kept < 1);
  if (freed !== undefined) throw new Error(`cardinality: ${freed.what} gave quota back early`);
  const lifetimes = await redis.lifetimes();
  if (lifetimes.without_ttl > 0 || lifetimes.keys !== floods.at(-1).keys) {
    throw new Error(`cardinality: Redis holds ${JSON.stringify(lifetimes)}`);
  }
  await redis.flush();
  const held = await pour('memory', { kind: 'holding', keys: Math.min(HELD_KEYS, keys) });
  return { floods, lifetimes, held };
}

export function render({ floods, lifetimes, held }) {
  const share = (value) => (value === undefined ? '' : `${(value * 100).toFixed(0)} %`);
  return [
    table(
      [
        'Store',
        'New keys',
        'Keys/s',
        'Resident before, MiB',
        'at most',
        'Exhausted keys kept',
        'Visitors counted right',
        'Loop delay p99, ms',
      ],
      floods.map((flood) => [
        flood.what,
        whole(flood.keys),
        whole(flood.keys / flood.seconds),
        whole(flood.before_mib),
        whole(flood.peak_mib),
        share(flood.exhausted_kept),
        share(flood.visitors_kept),
        flood.delay_p99_ms.toFixed(1),
      ]),
    ),
    `Redis held ${whole(lifetimes.keys)} keys afterwards, ${whole(lifetimes.without_ttl)} of them ` +
      'without a lifetime.',
    `A memory store that holds ${whole(held.keys)} keys, half of which end meanwhile, delays the ` +
      `event loop by ${held.delay_p99_ms.toFixed(1)} ms at p99 and ${held.delay_max_ms.toFixed(0)} ms ` +
      `at most (the probe's own resolution is 1 ms), and is ${whole(held.rss_mib)} MiB resident.`,
  ].join('\n\n');
}
