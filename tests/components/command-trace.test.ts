import { describe, expect, it } from 'vitest';
import { commandTrace } from '../../components/traffic/command-trace';
import { answerOf, blockOf, statusOf, WINDOW_MS, WINDOW_START_MS } from './support/blocks';

const KEY = `ratelimit:{203.0.113.7}:${WINDOW_START_MS / WINDOW_MS}`;
const first = blockOf(answerOf('allowed', { remaining: 4 }));
const third = blockOf(answerOf('allowed', { remaining: 2 }));
const denied = blockOf(answerOf('denied'));

const commandsOf = (...args: Parameters<typeof commandTrace>) =>
  commandTrace(...args)?.steps.map(({ command, reply }) => [command, reply]);

describe('the command trace', () => {
  it('starts a window with a count that expires', () => {
    expect(commandsOf(first, statusOf())).toEqual([
      [`GET ${KEY}`, '(nil)'],
      [`INCRBY ${KEY} 1`, '1'],
      [`PEXPIRE ${KEY} ≤6000`, '1'],
    ]);
  });

  it('counts on within a window', () => {
    expect(commandsOf(third, statusOf())).toEqual([
      [`GET ${KEY}`, '"2"'],
      [`INCRBY ${KEY} 1`, '3'],
    ]);
    expect(commandTrace(third, statusOf())?.conclusion).toMatch(/^200, 2 remaining\..* 6 s/);
  });

  it('writes nothing for a refusal', () => {
    expect(commandsOf(denied, statusOf())).toEqual([[`GET ${KEY}`, '"5"']]);
    expect(commandTrace(denied, statusOf())?.conclusion).toMatch(/^429, Retry-After: 6\./);
  });

  it('asks nobody when the deny cache answers', () => {
    const cached = blockOf(answerOf('denied', { decidedBy: 'deny-cache' }));
    const trace = commandTrace(cached, statusOf());
    expect(trace?.steps).toEqual([]);
    expect(trace?.place).toMatch(/^Redis was not asked/);
    expect(trace?.conclusion).toContain('deny cache');
  });

  it('shows no steps while the store fails', () => {
    const trace = commandTrace(blockOf(answerOf('degraded')), statusOf({ enforced: false }));
    expect(trace?.place).toBe('Redis did not answer in time.');
    expect(trace?.steps).toEqual([]);
    expect(trace?.conclusion).toMatch(/^200: the policy fails open/);
  });

  it('says where the steps ran', () => {
    expect(commandTrace(first, statusOf())?.place).toMatch(/^In Redis, as one script/);
    expect(commandTrace(first, statusOf({ store: 'memory' }))?.place).toMatch(/^No Redis here/);
  });

  it('names the window of the answer, not the one that runs now', () => {
    const later = statusOf({ key: `ratelimit:{203.0.113.7}:${WINDOW_START_MS / WINDOW_MS + 3}` });
    expect(commandsOf(denied, later)).toEqual([[`GET ${KEY}`, '"5"']]);
    const address = statusOf({ key: 'ratelimit:{2001:db8:0:42::/64}:999' });
    expect(commandsOf(denied, address)?.[0]?.[0]).toBe(
      `GET ratelimit:{2001:db8:0:42::/64}:${WINDOW_START_MS / WINDOW_MS}`,
    );
  });

  it.each([
    ['pending', blockOf(null)],
    ['failed', blockOf(answerOf('error'))],
    ['answered without limits', blockOf(answerOf('allowed', { limit: null }))],
  ])('has nothing to tell of a request that is %s', (_, block) => {
    expect(commandTrace(block, statusOf())).toBeUndefined();
  });
});
