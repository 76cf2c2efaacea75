import { type Configuration, configurationSchema } from './model';

/** Backends that the process runs by itself. */
const DEMO_TARGETS = ['http://127.0.0.1:4001', 'http://127.0.0.1:4002', 'http://127.0.0.1:4003'];

/**
 * The configuration of a fresh installation: the demo's limits, upstream and routes, two tiers, and
 * nobody to hold keys.
 *
 * @param demoTargets URLs of the demo upstream's targets
 */
export function defaultConfiguration(demoTargets: readonly string[] = DEMO_TARGETS): Configuration {
  return configurationSchema.parse({
    policies: [
      {
        name: 'stock-price',
        description: 'What the Traffic page sends: 5 requests every 10 seconds per address.',
        match: { paths: ['/api/v1/stock-price'] },
        scope: ['ip'],
        // Plain `ratelimit:{ip}:{window}` keys, so that redis-cli shows what the page explains.
        key_name: '',
        limits: [{ algorithm: 'fixed-window', quota: 5, window_ms: 10_000 }],
        final: true,
        priority: 100,
      },
      {
        name: 'ping',
        description: 'The sixth quick ping is refused.',
        match: { paths: ['/ping'] },
        scope: ['ip'],
        limits: [
          { algorithm: 'token-bucket', quota: 5, refill_tokens: 5, refill_interval_ms: 60_000 },
        ],
        final: true,
        priority: 100,
      },
      {
        name: 'forward',
        description: 'A bucket of 100 that refills by 10 every second, per address.',
        match: { paths: ['/forward'], methods: ['POST'] },
        scope: ['ip'],
        limits: [
          { algorithm: 'token-bucket', quota: 100, refill_tokens: 10, refill_interval_ms: 1_000 },
        ],
        final: true,
        priority: 100,
      },
      {
        name: 'api',
        description:
          'Everything else under /api: 10 at once and 2 per second, per caller and route.',
        match: { paths: ['/api/*'] },
        scope: ['identity', 'route'],
        limits: [
          { algorithm: 'token-bucket', quota: 10, refill_tokens: 2, refill_interval_ms: 1_000 },
        ],
        overrides: [
          {
            tier: 'premium',
            limits: [
              {
                algorithm: 'token-bucket',
                quota: 100,
                refill_tokens: 20,
                refill_interval_ms: 1_000,
              },
            ],
          },
        ],
      },
    ],
    tiers: [
      { name: 'free', description: "The policies' own limits." },
      { name: 'premium', description: 'Ten times as much under the api policy.' },
    ],
    routes: [
      {
        name: 'demo-info',
        description: 'Says which backend answered.',
        match: { paths: ['/api/info'] },
        upstream: 'demo',
      },
      {
        name: 'demo-data',
        description: 'Its answers may be kept for five seconds: set cache, and they are.',
        match: { paths: ['/api/data'] },
        upstream: 'demo',
      },
      {
        name: 'demo',
        description: 'Everything else under /api that Floodgate does not serve itself.',
        match: { paths: ['/api/*'] },
        upstream: 'demo',
      },
    ],
    upstreams: [
      {
        name: 'demo',
        description: 'Backends to try routes, balancing and the breaker with.',
        targets: [...new Set(demoTargets)].map((url) => ({ url })),
        health_check: { path: '/health', interval_ms: 2_000 },
        // Quick to open and to probe, so that one sees it happen.
        breaker: { least_requests: 5, open_ms: 5_000, slow_ms: 2_000 },
      },
    ],
  });
}
