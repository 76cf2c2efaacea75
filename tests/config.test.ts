import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, unknownVariables } from '../lib/config';

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    readConfig({ NODE_ENV: 'test', ...environment });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

describe('the configuration', () => {
  it('needs nothing set', () => {
    expect(readConfig({ NODE_ENV: 'test' })).toMatchObject({
      PORT: 3_000,
      FLOODGATE_CONFIG: 'floodgate.config.json',
      REDIS_TIMEOUT_MS: 100,
      FLOODGATE_ROLE: 'all',
      TRUSTED_PROXIES: [],
    });
  });

  it('takes an empty variable as not set', () => {
    expect(readConfig({ NODE_ENV: 'test', REDIS_URL: '', PORT: '' })).toMatchObject({
      PORT: 3_000,
    });
  });

  it.each([
    ['RATE_LIMIT_MAX', 'five'],
    ['RATE_LIMIT_MAX', '0'],
    ['RATE_LIMIT_MAX', '-1'],
    ['RATE_LIMIT_MAX', '1e3'],
    ['RATE_LIMIT_MAX', '1abc'],
    ['RATE_LIMIT_WINDOW', '0.5'],
    ['PORT', '70000'],
    ['FLOODGATE_ROLE', 'both'],
    ['REDIS_URL', 'localhost:6379'],
    ['REDIS_URL', 'http://localhost'],
    ['DATABASE_URL', 'mysql://localhost/floodgate'],
    ['DATABASE_URL', 'floodgate'],
    ['ADMIN_TOKEN', 'short'],
    ['ADMIN_TOKEN', 'with spaces in between'],
    ['JWT_SECRET', 'not thirty-two bytes'],
    ['JWT_JWKS_URL', 'file:///etc/keys.json'],
    ['JWT_TIER_CLAIM', ''.padEnd(65, 'x')],
    ['JWT_CLOCK_TOLERANCE', '301'],
    ['TRUSTED_PROXIES', '10.0.0.0/8, proxy.local'],
    ['CORS_ORIGINS', 'example.org'],
    ['LOG_LEVEL', 'loud'],
    ['FLOODGATE_REPLICA', 'a b'],
  ])('refuses %s=%s in one line that names it', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name}=.*: .+`));
  });

  it('names every fault at once', () => {
    expect(faultsOf({ PORT: 'x', RATE_LIMIT_MAX: 'y', FLOODGATE_ROLE: 'z' })).toHaveLength(3);
  });

  it.each([
    ['REDIS_URL', 'http://:hunter2@host'],
    ['DATABASE_URL', 'mysql://:hunter2@host'],
    ['ADMIN_TOKEN', 'hunter2'],
    ['JWT_SECRET', 'hunter2'],
  ])('does not show the secret in %s', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults.join()).not.toContain('hunter2');
  });

  it('guesses what a misspelt variable was to be', () => {
    expect(
      unknownVariables({ NODE_ENV: 'test', RATE_LIMIT_MAXX: '1', FLOODGATE_ROLL: 'x' }),
    ).toEqual([
      'RATE_LIMIT_MAXX is not a variable of Floodgate; did you mean RATE_LIMIT_MAX?',
      'FLOODGATE_ROLL is not a variable of Floodgate; did you mean FLOODGATE_ROLE?',
    ]);
  });
});
