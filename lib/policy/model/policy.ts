import { z } from 'zod';
import { parseCidr } from '../../http';
import { type LimitEntry, limitEntrySchema } from './limit';
import { matchSchema } from './match';
import { descriptionSchema, nameSchema, userSchema } from './name';

/** `/policies/new` is where policies are made. */
const RESERVED = 'new';
const MOST_LIMITS = 16;
const MOST_LISTED = 1_000;
const MOST_UNITS = 1_000_000_000;

/**
 * A part of the key that a policy counts by. `identity` is the first that holds of API key, user and
 * IP address. A part that a request lacks is taken by its IP address, so leaving it out is no way around.
 */
export const scopePartSchema = z
  .string()
  .regex(
    /^(?:identity|ip|api-key|user|tier|route|header:[a-z0-9-]{1,64}|claim:[A-Za-z0-9_.:/-]{1,64})$/,
    'use identity, ip, api-key, user, tier, route, header:name (lower case) or claim:name',
  );

const units = z.int().min(0, 'use at least 0').max(MOST_UNITS, `use at most ${MOST_UNITS}`);

const readCost = {
  default: units.default(1).describe('Of a request that does not say.'),
  min: units.default(1),
  max: units,
};

/** Units that a request takes. A value out of its bounds is refused with 400. */
export const costSchema = z.discriminatedUnion('from', [
  z.strictObject({ from: z.literal('constant'), units: units.min(1, 'use at least 1') }),
  z.strictObject({
    from: z.literal('header'),
    name: z.string().regex(/^[a-z0-9-]{1,64}$/, 'use a header name in lower case'),
    ...readCost,
  }),
  z.strictObject({
    from: z.literal('query'),
    name: z.string().regex(/^[A-Za-z0-9_.-]{1,64}$/, 'use A-Z a-z 0-9 _ . -'),
    ...readCost,
  }),
]);

const cidrSchema = z
  .string()
  .max(64)
  .refine((text) => parseCidr(text) !== undefined, 'use an IP address or a CIDR range');

/** Callers by address, API key id or user. */
const callersSchema = z.strictObject({
  cidrs: z.array(cidrSchema).max(MOST_LISTED).default([]),
  keys: z.array(z.string().max(64)).max(MOST_LISTED).default([]),
  users: z.array(userSchema).max(MOST_LISTED).default([]),
});

const NOBODY = { cidrs: [], keys: [], users: [] };

/** Two limits of one name could not be told apart in an answer. */
const limitsSchema = z
  .array(limitEntrySchema)
  .max(MOST_LIMITS)
  .superRefine((limits, context) => {
    const names = limits.map(({ name }) => name);
    names.forEach((name, index) => {
      if (name === undefined || names.indexOf(name) === index) return;
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `${name} is there twice`,
      });
    });
  });

const overrideSchema = z.strictObject({
  tier: nameSchema,
  limits: limitsSchema.describe("In place of the policy's own; none: unlimited."),
});

export const policySchema = z
  .strictObject({
    name: nameSchema.refine(
      (name) => name !== RESERVED,
      `${RESERVED} is taken by the page for new ones`,
    ),
    description: descriptionSchema.default(''),
    mode: z
      .enum(['enforce', 'shadow', 'off'])
      .default('enforce')
      .describe('`shadow` decides and reports but never refuses; `off` does nothing.'),
    priority: z
      .int()
      .min(-1_000)
      .max(1_000)
      .default(0)
      .describe('Higher ones are asked first; among equals the one with the more specific path.'),
    final: z.boolean().default(false).describe('Whether the policies after this one are left out.'),
    match: matchSchema.prefault({}),
    scope: z
      .array(scopePartSchema)
      .max(8)
      .default(['ip'])
      .describe('What is counted apart, all parts together. None: all callers share one counter.'),
    limits: limitsSchema.min(1).describe('All have to allow a request, and then all count it.'),
    overrides: z
      .array(overrideSchema)
      .max(100)
      .default([])
      .describe('Other limits for callers of a tier.'),
    cost: costSchema.default({ from: 'constant', units: 1 }),
    on_store_failure: z
      .enum(['open', 'closed', 'local'])
      .default('open')
      .describe("While the store fails: let pass, refuse, or hold to this process's share."),
    replicas: z
      .int()
      .min(1)
      .max(10_000)
      .default(1)
      .describe('How many processes share the limits; what `local` divides them by.'),
    key_name: z
      .string()
      .regex(
        /^(?:[a-z][a-z0-9-]{0,63})?$/,
        'use a-z, 0-9 and -, starting with a letter, or nothing',
      )
      .optional()
      .describe("Sets the policy's counters apart from others'; its name unless given."),
    exempt: callersSchema.default(NOBODY).describe('Whom it leaves alone.'),
    deny: callersSchema.default(NOBODY).describe('Whom it refuses with 403.'),
  })
  .superRefine(({ limits, overrides, cost }, context) => {
    const tiers = overrides.map(({ tier }) => tier);
    tiers.forEach((tier, index) => {
      if (tiers.indexOf(tier) === index) return;
      context.addIssue({
        code: 'custom',
        path: ['overrides', index, 'tier'],
        message: `${tier} has limits already`,
      });
    });
    const dearest = dearestRequest(cost);
    const quota = Math.min(
      ...[limits, ...overrides.map((override) => override.limits)].map(smallestQuota),
    );
    if (dearest > quota) {
      context.addIssue({
        code: 'custom',
        path: ['cost', cost.from === 'constant' ? 'units' : 'max'],
        message: `a request may cost ${dearest}, but a limit holds only ${quota}`,
      });
    }
    if (cost.from === 'constant') return;
    if (cost.min > cost.max) {
      context.addIssue({ code: 'custom', path: ['cost', 'max'], message: 'use at least min' });
    }
  });

function dearestRequest(cost: z.output<typeof costSchema>): number {
  return cost.from === 'constant' ? cost.units : Math.max(cost.max, cost.default);
}

function smallestQuota(limits: readonly LimitEntry[]): number {
  return Math.min(...limits.map(({ quota }) => quota));
}

/** A named rule: which requests, counted by what, under which limits. */
export type Policy = z.output<typeof policySchema>;
/** As written: what has a default may be left out. */
export type PolicyInput = z.input<typeof policySchema>;
export type Cost = z.output<typeof costSchema>;
export type Callers = z.output<typeof callersSchema>;
