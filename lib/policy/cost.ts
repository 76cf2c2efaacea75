import { type Call, queryParameter } from '../http';
import type { Cost } from './model';

/** Units that a request takes; undefined when it names a number out of bounds, or none. */
export type CostReader = (call: Call) => number | undefined;

/** Whole numbers in plain digits: `1e3`, `+1`, `0x1` and the like are none. */
const DIGITS = /^(?:0|[1-9][0-9]{0,9})$/;

export function compileCost(cost: Cost): CostReader {
  if (cost.from === 'constant') return () => cost.units;
  const { from, name, min, max } = cost;
  return (call) => {
    const text = from === 'header' ? call.header(name) : queryParameter(call.query, name);
    if (text === undefined) return cost.default;
    if (!DIGITS.test(text)) return undefined;
    const units = Number(text);
    return units >= min && units <= max ? units : undefined;
  };
}
