import { z } from 'zod';
import { descriptionSchema, nameSchema } from './name';

const MOST_TARGETS = 256;
const DAY_MS = 86_400_000;

const duration = (fallback: number, least = 1) => z.int().min(least).max(DAY_MS).default(fallback);
const percent = (fallback: number) => z.int().min(1).max(100).default(fallback);

/** One spelling of each; what is no URL stays as it is, for the rules to tell of. */
function originOf(text: string): string {
  return URL.canParse(text) ? new URL(text).origin : text;
}

const targetSchema = z.strictObject({
  url: z
    .url({ protocol: /^https?$/, error: 'use an http:// or https:// URL' })
    .max(2_048)
    .refine((text) => {
      // Told by the rule before; all rules are asked.
      if (!URL.canParse(text)) return true;
      const { pathname, search, hash, username, password } = new URL(text);
      return `${search}${hash}${username}${password}` === '' && pathname === '/';
    }, 'use scheme, host and port only')
    .overwrite(originOf)
    .describe('Its origin, such as http://10.0.0.7:8080.'),
  weight: z.int().min(0).max(1_000).default(1).describe('Its share of the requests; 0: none.'),
});

/** One server would have two sets of connections, and be in health by one and out by the other. */
const targetsSchema = z
  .array(targetSchema)
  .min(1)
  .max(MOST_TARGETS)
  .superRefine((targets, context) => {
    const seen = new Set<string>();
    targets.forEach(({ url }, index) => {
      if (seen.has(url)) {
        context.addIssue({
          code: 'custom',
          path: [index, 'url'],
          message: `${url} is there twice`,
        });
      }
      seen.add(url);
    });
  });

const timeoutsSchema = z.strictObject({
  connect_ms: duration(2_000).describe('Longest wait for a connection.'),
  first_byte_ms: duration(15_000).describe('Longest wait for the head of the answer.'),
  idle_ms: duration(60_000).describe('Longest silence within a body.'),
  total_ms: z
    .int()
    .min(1)
    .max(DAY_MS)
    .optional()
    .describe('Longest exchange, bodies included. None: no bound.'),
});

const connectionsSchema = z.strictObject({
  per_target: z.int().min(1).max(10_000).default(256).describe('Requests in flight to one target.'),
  queued: z
    .int()
    .min(0)
    .max(100_000)
    .default(256)
    .describe('Requests that wait for a connection to one target; beyond it 503 at once.'),
  upgraded: z
    .int()
    .min(0)
    .max(100_000)
    .default(1_000)
    .describe('Open WebSockets and other upgraded connections to the upstream.'),
});

const retriesSchema = z.strictObject({
  most: z.int().min(0).max(5).default(1).describe('Further attempts for one request.'),
  budget_percent: percent(20).describe(
    'Share of the requests of late that may be attempted again.',
  ),
});

const healthCheckSchema = z.strictObject({
  path: z
    .string()
    .max(2_048)
    .regex(/^\/[\x21-\x22\x24-\x7e]*$/, 'use a path such as /health')
    .default('/health')
    .describe('Asked by GET; 200-399 is healthy.'),
  interval_ms: duration(5_000, 100),
  timeout_ms: duration(2_000),
  healthy_after: z.int().min(1).max(100).default(2).describe('Successes in a row.'),
  unhealthy_after: z.int().min(1).max(100).default(3).describe('Failures in a row.'),
});

const ejectionSchema = z.strictObject({
  after_failures: z
    .int()
    .min(0)
    .max(1_000)
    .default(5)
    .describe('Failures of a target in a row that take it out; 0: never.'),
  for_ms: duration(10_000).describe('The first time; twice as long each further time in a row.'),
  most_percent: percent(50).describe('Share of the targets that may be out at one time.'),
});

const breakerSchema = z.strictObject({
  window_ms: duration(10_000, 1_000).describe('How far back it looks.'),
  least_requests: z.int().min(1).max(1_000_000).default(20).describe('Fewer say nothing.'),
  failure_percent: percent(50).describe('Failures that open it.'),
  slow_ms: duration(5_000).describe('An answer that takes longer is a slow one.'),
  slow_percent: percent(80).describe('Slow answers that open it.'),
  open_ms: duration(5_000, 100).describe('How long it stays open before a probe.'),
});

/** A protocol as Upgrade names it; those that carry HTTP would lead requests past every policy. */
const protocolSchema = z
  .string()
  .regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}(?:\/[a-z0-9.]{1,16})?$/, 'use a protocol in lower case')
  .refine(
    (name) => !/^(?:h2c|http|tls)(?:\/|$)/.test(name),
    'requests inside it would meet no policy',
  );

export const upstreamSchema = z.strictObject({
  name: nameSchema,
  description: descriptionSchema.default(''),
  targets: targetsSchema,
  balance: z.enum(['round-robin', 'least-connections', 'consistent-hash']).default('round-robin'),
  hash_by: z
    .union([
      z.enum(['identity', 'ip', 'path']),
      z.templateLiteral(['header:', z.string().regex(/^[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/)]),
    ])
    .default('identity')
    .describe('What consistent-hash balances by.'),
  host: z
    .string()
    .max(255)
    .regex(/^(?:target|client|[a-z0-9.-]+(?::\d{1,5})?|\[[0-9a-f:.]+\](?::\d{1,5})?)$/, {
      error: 'use target, client or a host name',
    })
    .default('target')
    .describe("The Host field that it gets: the target's, the client's, or this one."),
  upgrades: z
    .array(protocolSchema)
    .max(16)
    .default(['websocket'])
    .describe('Protocols that a connection may change to; other wishes are passed over.'),
  timeouts: timeoutsSchema.prefault({}),
  connections: connectionsSchema.prefault({}),
  retries: retriesSchema.prefault({}),
  health_check: healthCheckSchema.optional(),
  ejection: ejectionSchema.prefault({}),
  breaker: breakerSchema.prefault({}),
});

/** A service behind the gateway: one or more targets that answer alike. */
export type Upstream = z.output<typeof upstreamSchema>;
