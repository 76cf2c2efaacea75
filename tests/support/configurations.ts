import {
  type ApiKey,
  type Client,
  type Configuration,
  type ConfigurationInput,
  configurationSchema,
  type Policy,
  policySchema,
} from '../../lib/policy/model';

/** A policy of five requests a minute. */
export function policyOf(name: string, more: Partial<Policy> = {}): Policy {
  const limits = [{ algorithm: 'fixed-window' as const, quota: 5, window_ms: 60_000 }];
  return { ...policySchema.parse({ name, limits }), ...more };
}

export function clientOf(name: string, more: Partial<Client> = {}): Client {
  return { name, description: '', enabled: true, ...more };
}

/** @param id 12 of a-z and 0-9 */
export function keyOf(id: string, client: string, more: Partial<ApiKey> = {}): ApiKey {
  return {
    id,
    client,
    description: '',
    hash: 'ab'.repeat(32),
    created_at: '2026-01-01T00:00:00.000Z',
    ...more,
  };
}

export function configurationOf(input: ConfigurationInput = {}): Configuration {
  return configurationSchema.parse(input);
}

/** Two policies, a tier, a client and its key. */
export function sampleConfiguration(): Configuration {
  return configurationOf({
    policies: [policyOf('one'), policyOf('two')],
    tiers: [{ name: 'gold' }],
    clients: [clientOf('acme', { tier: 'gold' })],
    keys: [keyOf('aaaaaaaaaaaa', 'acme')],
  });
}
