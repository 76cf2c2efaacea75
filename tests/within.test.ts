import { describe, expect, it } from 'vitest';
import { within } from '../lib/within';

const NEVER = new Promise<string>(() => undefined);

describe('what is waited for within a time', () => {
  it('is what it resolves with', async () => {
    expect(await within(Promise.resolve('told'), 60_000)).toBe('told');
  });

  it('is undefined where it takes longer', async () => {
    expect(await within(NEVER, 1)).toBeUndefined();
  });

  it('rejects as it does', async () => {
    const refused = Promise.reject(new Error('refused'));
    await expect(within(refused, 60_000)).rejects.toThrow('refused');
  });

  it('leaves no timer behind', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    const before = timers().length;
    await within(Promise.resolve(), 60_000);
    expect(timers()).toHaveLength(before);
  });
});
