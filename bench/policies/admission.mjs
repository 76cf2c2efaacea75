import { createHash, createHmac, randomBytes } from 'node:crypto';
import { bundleLib } from '../lib/bundle.mjs';
import { median } from '../lib/statistics.mjs';
import { manyPolicies, STOCK_PRICE_PATH, stockPricePolicy } from './configuration.mjs';

const ENTRY = `
  export { createAdmission } from './lib/gateway/admission';
  export { createClientAddressReader, createIdentifier, createJwtVerifier } from './lib/identity';
  export { createMemoryStore } from './lib/limiter';
  export { configurationSchema } from './lib/policy/model';
  export { createCompiler } from './lib/policy/snapshot';
`;
export const SECRET = 'a secret of the bench, of no use elsewhere';
const SLICES = 9;
const ADMISSIONS = 100_000;

const keyId = 'benchbenchbe';
const keySecret = randomBytes(32).toString('base64url');

/** A client with a key, for configurations. */
export const keyHolder = {
  clients: [{ name: 'bench' }],
  keys: [
    {
      id: keyId,
      client: 'bench',
      hash: createHash('sha256').update(keySecret).digest('hex'),
      created_at: '2026-01-01T00:00:00Z',
    },
  ],
};

/** Kinds of callers, by the header that makes them one. */
export const callers = {
  'IP address': {},
  'API key': { 'x-api-key': `fg_${keyId}_${keySecret}` },
  'JSON Web Token': { authorization: `Bearer ${signedToken()}` },
};

/**
 * Microseconds that identity, matching and the decision take together, in this process: what is left of a
 * request's time is reading and writing HTTP, the fields that tell of the decision included.
 * @param {number} policies
 * @returns {Promise<Record<string, number>>} by kind of caller
 */
export async function measureAdmission(policies) {
  const { path, remove } = await bundleLib(ENTRY);
  const lib = await import(path).finally(remove);
  const store = lib.createMemoryStore();
  const snapshot = lib.createCompiler(store)({
    version: 1,
    configuration: lib.configurationSchema.parse({
      ...keyHolder,
      policies: [stockPricePolicy, ...manyPolicies(policies)],
    }),
  });
  const admit = lib.createAdmission({
    identify: lib.createIdentifier({
      clientIp: lib.createClientAddressReader([]),
      directory: () => snapshot,
      jwt: lib.createJwtVerifier({
        secret: SECRET,
        clockToleranceSeconds: 5,
        userClaim: 'sub',
        tierClaim: 'tier',
      }),
      onKeyUse: () => undefined,
    }),
    turnAway: () => Promise.reject(new Error('a caller was turned away')),
    snapshot: () => snapshot,
    store,
  });
  const times = {};
  for (const [caller, headers] of Object.entries(callers)) {
    const call = callWith(headers);
    // A token is verified once, and known from then on.
    await admit(call, 'bench', STOCK_PRICE_PATH);
    const slices = Array.from({ length: SLICES }, () => timeOf(admit, call));
    times[caller] = median(slices);
  }
  await store.close();
  return times;
}

function timeOf(admit, call) {
  const startedAt = performance.now();
  for (let i = 0; i < ADMISSIONS; i++) {
    const admission = admit(call, 'bench', STOCK_PRICE_PATH);
    if (admission instanceof Promise || admission.refusal !== undefined)
      throw new Error('not admitted');
  }
  return ((performance.now() - startedAt) * 1_000) / ADMISSIONS;
}

function callWith(headers) {
  const fields = { host: 'localhost:3000', ...headers };
  return {
    method: 'GET',
    path: STOCK_PRICE_PATH,
    query: '',
    peerAddress: '127.0.0.1',
    header: (name) => fields[name],
  };
}

function signedToken() {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const inAnHour = Math.floor(Date.now() / 1_000) + 3_600;
  const content = `${encode({ alg: 'HS256' })}.${encode({ sub: 'bench', exp: inAnHour })}`;
  return `${content}.${createHmac('sha256', SECRET).update(content).digest('base64url')}`;
}
