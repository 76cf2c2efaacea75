import { hostname } from 'node:os';
import { distance } from 'fastest-levenshtein';
import { z } from 'zod';
import { type Cidr, parseCidr } from './http';
import { redisUrlFault } from './limiter';

const integer = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d+$/, `use a whole number from ${min} to ${max}`)
    .transform(Number)
    .pipe(
      z
        .int()
        .min(min, `use a whole number from ${min} to ${max}`)
        .max(max, `use a whole number from ${min} to ${max}`),
    );

const list = (text: string) =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const redisUrl = z.string().superRefine((text, context) => {
  const message = redisUrlFault(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const cidrs = z.string().transform((text, context): Cidr[] =>
  list(text).flatMap((part) => {
    const cidr = parseCidr(part);
    if (cidr !== undefined) return [cidr];
    context.addIssue({ code: 'custom', message: `${part} is no IP address or CIDR range` });
    return [];
  }),
);

const corsOrigins = z.string().transform((text, context) => {
  if (text.trim() === '*') return '*' as const;
  const origins = list(text);
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      context.addIssue({
        code: 'custom',
        message: `${origin} is no origin like https://example.org`,
      });
    }
  }
  return origins;
});

const targetUrls = z.string().transform((text, context) => {
  const urls = list(text);
  for (const url of urls) {
    if (
      !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '') ||
      new URL(url).origin !== url
    ) {
      context.addIssue({ code: 'custom', message: `${url} is no URL like http://backend-1:8000` });
    }
  }
  return urls;
});

const databaseUrl = z
  .string()
  .refine(isDatabaseUrl, 'use postgres://user:password@host:port/database');

function isDatabaseUrl(text: string): boolean {
  return URL.canParse(text) && ['postgres:', 'postgresql:'].includes(new URL(text).protocol);
}

const otlpProtocol = z.enum(
  ['http/protobuf', 'http/json'],
  'use http/protobuf or http/json; grpc is not spoken, and collectors take http/protobuf on port 4318',
);

const collectorUrl = z.url({ protocol: /^https?$/, error: 'use a URL like http://collector:4318' });

/** `key=value` pairs as OpenTelemetry has them: `,`, `=` and what is no ASCII percent-encoded. */
const keyValuePairs = z
  .string()
  .refine(
    (text) =>
      list(text).every((pair) => /^[^=\s]+=[^=]*$/.test(pair) && !/%(?![0-9A-Fa-f]{2})/.test(pair)),
    'use key=value pairs, separated by commas, with %2C and %3D for , and = within them',
  );

/** Characters of a replica's name. */
export const LONGEST_REPLICA_NAME = 64;
const REPLICA_NAME = new RegExp(`^[A-Za-z0-9._-]{1,${LONGEST_REPLICA_NAME}}$`);

const claimName = z.string().regex(/^[A-Za-z0-9_.:/-]{1,64}$/, 'use 1-64 of A-Z a-z 0-9 _ . : / -');

/** Every variable Floodgate reads. A variable that is set but empty counts as not set. */
const variablesSchema = z.object({
  /** Where counters live; none: this process's memory. */
  REDIS_URL: redisUrl.optional(),
  /** Longest wait for Redis, ms. */
  REDIS_TIMEOUT_MS: integer(1, 60_000).default(100),
  /** Where configuration lives; none: the file that FLOODGATE_CONFIG names. */
  DATABASE_URL: databaseUrl.optional(),
  /** Path of the configuration file. */
  FLOODGATE_CONFIG: z.string().default('floodgate.config.json'),
  /** Stock-price requests per window and client, in place of what the policy says. */
  RATE_LIMIT_MAX: integer(1, 1_000_000_000).optional(),
  /** Length of that window, seconds, in place of what the policy says. */
  RATE_LIMIT_WINDOW: integer(1, 31_536_000).optional(),
  /** Signs in to the pages and the admin API; none: one is made at the first start. */
  ADMIN_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'use 16-256 printable characters without spaces')
    .optional(),
  /** Verifies tokens that are signed by HS256. */
  JWT_SECRET: z
    .string()
    .refine((text) => Buffer.byteLength(text) >= 32, 'use at least 32 bytes')
    .optional(),
  /** Where the issuer publishes the keys of tokens that are signed by RS, PS, ES or EdDSA. */
  JWT_JWKS_URL: z.url({ protocol: /^https?$/, error: 'use an http:// or https:// URL' }).optional(),
  JWT_ISSUER: z.string().optional(),
  JWT_AUDIENCE: z.string().optional(),
  /** The claim that names the user. */
  JWT_USER_CLAIM: claimName.default('sub'),
  /** The claim that names the tier. */
  JWT_TIER_CLAIM: claimName.default('tier'),
  /** How far the issuer's clock may be off, seconds. */
  JWT_CLOCK_TOLERANCE: integer(0, 300).default(5),
  PORT: integer(0, 65_535).default(3_000),
  /** Address to listen on; none: all of this machine's. */
  HOST: z.string().optional(),
  /** `gateway` serves the API without the dashboard. */
  FLOODGATE_ROLE: z.enum(['all', 'gateway'], 'use all or gateway').default('all'),
  /** Gateway processes on one port; more than one needs Redis and the role `gateway`. */
  WORKERS: integer(1, 256).default(1),
  /** This process's name in answers and logs. */
  FLOODGATE_REPLICA: z
    .string()
    .regex(REPLICA_NAME, 'use 1-64 of A-Z a-z 0-9 . _ -')
    .default(() => ownName(hostname(), process.pid)),
  /** Proxies whose X-Forwarded-For counts. */
  TRUSTED_PROXIES: cidrs.default([]),
  /** Open connections of one address that is no trusted proxy's; further ones are closed. */
  MAX_CONNECTIONS_PER_IP: integer(1, 1_000_000).default(4_096),
  /** How long new requests are still taken after SIGTERM, while readiness says no already, ms. */
  SHUTDOWN_DELAY_MS: integer(0, 600_000).default(0),
  /** Longest wait for requests in flight after that, ms. */
  SHUTDOWN_TIMEOUT_MS: integer(0, 600_000).default(8_000),
  /** Targets of the demo upstream in a new configuration; none: backends inside this process. */
  DEMO_BACKENDS: targetUrls.optional(),
  /** Foreign web pages that may read answers: `*` or origins. */
  CORS_ORIGINS: corsOrigins.default([]),
  /** `off`: nothing is recorded, and there is no live view. */
  FLOODGATE_TELEMETRY: z.enum(['on', 'off'], 'use on or off').default('on'),
  LOG_LEVEL: z
    .enum(
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      'use trace, debug, info, warn, error, fatal or silent',
    )
    .default('info'),
  /** Lines that tell of requests, at most; 0: none. Beyond it a fair sample is told. */
  LOG_REQUESTS_PER_SECOND: integer(0, 100_000).default(1_000),
  /** `true`: no traces, whatever else is set. */
  OTEL_SDK_DISABLED: z.enum(['true', 'false'], 'use true or false').default('false'),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], 'use otlp or none').optional(),
  /** Where traces go, below it: `/v1/traces`. */
  OTEL_EXPORTER_OTLP_ENDPOINT: collectorUrl.optional(),
  /** Where traces go, in place of that. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: collectorUrl.optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: otlpProtocol.default('http/protobuf'),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: otlpProtocol.optional(),
  /** Sent to the collector; what it holds is for nobody else. */
  OTEL_EXPORTER_OTLP_HEADERS: keyValuePairs.optional(),
  OTEL_SERVICE_NAME: z.string().optional(),
  OTEL_RESOURCE_ATTRIBUTES: keyValuePairs.optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(
      [
        'always_on',
        'always_off',
        'traceidratio',
        'parentbased_always_on',
        'parentbased_always_off',
        'parentbased_traceidratio',
      ],
      'use always_on, always_off or traceidratio, or one of them after parentbased_',
    )
    .default('parentbased_always_on'),
  /** Which part of traces a ratio takes. */
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0|1|0?\.\d+|[01]\.0*)$/, 'use a number from 0 to 1')
    .transform(Number)
    .optional(),
});

const environmentSchema = variablesSchema.superRefine(({ WORKERS, ...others }, context) => {
  if (WORKERS === 1) return;
  const fault = (message: string) =>
    context.addIssue({ code: 'custom', path: ['WORKERS'], message });
  if (others.REDIS_URL === undefined) {
    fault('workers share their counts in Redis: set REDIS_URL, or WORKERS=1');
  }
  if (others.FLOODGATE_ROLE !== 'gateway') {
    fault('the dashboard is one process: set FLOODGATE_ROLE=gateway, or WORKERS=1');
  }
});

/** The names of all of them. */
export const variableNames: readonly string[] = Object.keys(variablesSchema.shape);

/** The environment, read once and typed. Times in the unit their name says. */
export type Config = z.output<typeof environmentSchema>;

const OWN_PREFIX = /^(?:FLOODGATE|RATE_LIMIT|JWT|SHUTDOWN|DEMO)_/;

/** The environment holds values that cannot be meant. One readable line per fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/**
 * Reads the configuration.
 * @throws ConfigError naming every fault at once
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const set = Object.entries(environment).filter(([, value]) => value !== '');
  const result = environmentSchema.safeParse(Object.fromEntries(set));
  if (result.success) return result.data;
  throw new ConfigError(
    result.error.issues.map(({ path, message }) => {
      const variable = String(path[0]);
      return `${variable}=${shown(variable, environment[variable])}: ${message}`;
    }),
  );
}

/** One line per variable that looks like ours and is none, with the name that was probably meant. */
export function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment)
    .filter((name) => OWN_PREFIX.test(name) && !variableNames.includes(name))
    .map((name) => {
      const [nearest] = variableNames.toSorted((a, b) => distance(a, name) - distance(b, name));
      return `${name} is not a variable of Floodgate; did you mean ${nearest}?`;
    });
}

/** Secrets, and URLs for the passwords in them, are not for the terminal. */
function shown(variable: string, value: string | undefined): string {
  return /_(?:URL|TOKEN|SECRET|ENDPOINT|HEADERS)$/.test(variable) ? '…' : JSON.stringify(value);
}

/** Of a long host name the end: beginnings are what replicas have in common. */
function ownName(host: string, pid: number): string {
  return `${host}-${pid}`.replace(/[^A-Za-z0-9._-]/g, '-').slice(-LONGEST_REPLICA_NAME);
}
