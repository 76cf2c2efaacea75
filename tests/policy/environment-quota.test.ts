import { describe, expect, it } from 'vitest';
import { createEnvironmentQuota, defaultConfiguration } from '../../lib/policy';

const revision = { version: 3, configuration: defaultConfiguration() };
const stockPrice = ({ configuration }: typeof revision) =>
  configuration.policies.find(({ name }) => name === 'stock-price');

describe('the quota of the environment', () => {
  it('changes nothing when none is set', () => {
    const override = createEnvironmentQuota({ max: undefined, windowSeconds: undefined });
    expect(override(revision)).toBe(revision);
  });

  it('takes the place of what the policy says, and of nothing else', () => {
    const override = createEnvironmentQuota({ max: 20, windowSeconds: 3 });
    const overridden = override(revision);
    expect(stockPrice(overridden)?.limits).toEqual([
      { algorithm: 'fixed-window', quota: 20, window_ms: 3_000 },
    ]);
    expect(stockPrice(revision)?.limits).toMatchObject([{ quota: 5 }]);
    expect(overridden.configuration.tiers).toBe(revision.configuration.tiers);
    const others = (policies: typeof revision.configuration.policies) =>
      policies.filter(({ name }) => name !== 'stock-price');
    const [was, is] = [revision, overridden].map(({ configuration }) =>
      others(configuration.policies),
    );
    is?.forEach((policy, index) => {
      expect(policy).toBe(was?.[index]);
    });
  });

  it('leaves what was not set as it is written', () => {
    const override = createEnvironmentQuota({ max: 20, windowSeconds: undefined });
    expect(stockPrice(override(revision))?.limits).toMatchObject([
      { quota: 20, window_ms: 10_000 },
    ]);
  });

  it('gives the same object for the same policy, so that it is compiled once', () => {
    const override = createEnvironmentQuota({ max: 20, windowSeconds: undefined });
    expect(stockPrice(override(revision))).toBe(stockPrice(override({ ...revision, version: 4 })));
  });

  it('leaves a policy alone whose requests cost more than that', () => {
    const override = createEnvironmentQuota({ max: 2, windowSeconds: undefined });
    const policies = revision.configuration.policies.map((policy) => ({
      ...policy,
      cost: { from: 'constant' as const, units: 3 },
    }));
    const dear = { version: 4, configuration: { ...revision.configuration, policies } };
    expect(stockPrice(override(dear))?.limits).toMatchObject([{ quota: 5 }]);
  });

  it('leaves a policy of another algorithm alone', () => {
    const override = createEnvironmentQuota({ max: 20, windowSeconds: 3 });
    const policies = revision.configuration.policies.map((policy) =>
      policy.name === 'stock-price'
        ? {
            ...policy,
            limits: [
              { algorithm: 'gcra' as const, quota: 7, refill_tokens: 1, refill_interval_ms: 1_000 },
            ],
          }
        : policy,
    );
    const changed = { version: 5, configuration: { ...revision.configuration, policies } };
    expect(stockPrice(override(changed))?.limits).toMatchObject([{ quota: 7 }]);
  });
});
