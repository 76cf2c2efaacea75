import { describe, expect, it } from 'vitest';
import { type Cost, policySchema } from '../../lib/policy';
import { compileCost } from '../../lib/policy/cost';
import { callTo } from '../support/gateway';

function costOf(cost: object): Cost {
  const limits = [{ algorithm: 'fixed-window', quota: 1_000_000_000, window_ms: 1_000 }];
  return policySchema.parse({ name: 'p', limits, cost }).cost;
}

const header = compileCost(
  costOf({ from: 'header', name: 'x-units', default: 3, min: 2, max: 50 }),
);
const query = compileCost(costOf({ from: 'query', name: 'n', default: 3, min: 0, max: 50 }));

describe('the cost of a request', () => {
  it('is the same for all where the policy says so', () => {
    expect(compileCost(costOf({ from: 'constant', units: 7 }))(callTo('/'))).toBe(7);
  });

  it.each([
    ['2', 2],
    ['50', 50],
    ['1', undefined],
    ['51', undefined],
    ['-5', undefined],
    ['+5', undefined],
    ['5.0', undefined],
    ['1e1', undefined],
    ['0x5', undefined],
    ['05', undefined],
    [' 5', undefined],
    ['5 ', undefined],
    ['5\n', undefined],
    ['5abc', undefined],
    ['5, 5', undefined],
    ['٥', undefined],
    ['NaN', undefined],
    ['Infinity', undefined],
    ['1e309', undefined],
    ['99999999999999999999', undefined],
    ['', undefined],
  ])('by the header %j is %s', (value, units) => {
    expect(header(callTo('/', { headers: { 'x-units': value } }))).toBe(units);
  });

  it('is the default where the header is not there', () => {
    expect(header(callTo('/'))).toBe(3);
  });

  it.each([
    ['', 3],
    ['m=9', 3],
    ['n=0', 0],
    ['n=50', 50],
    ['x=1&n=7', 7],
    ['%6E=7', 7],
    ['n=%37', 7],
    ['n=51', undefined],
    ['n=', undefined],
    ['n', undefined],
    ['n=%zz', undefined],
    ['n=+7', undefined],
    ['n=1&n=40', undefined],
    ['n=1&%6e=1', undefined],
    ['__proto__=9', 3],
  ])('by the query %j is %s', (text, units) => {
    expect(query({ ...callTo('/'), query: text })).toBe(units);
  });
});
