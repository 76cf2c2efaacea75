import type { Call } from '../http';
import type { Cost } from './model';

/** Units that a request takes; undefined when it names a number out of bounds, or none. */
export type CostReader = (call: Call) => number | undefined;

/** Whole numbers in plain digits: `1e3`, `+1`, `0x1` and the like are none. */
const DIGITS = /^(?:0|[1-9][0-9]{0,9})$/;

export function compileCost(cost: Cost): CostReader {
  if (cost.from === 'constant') return () => cost.units;
  const { from, name, min, max } = cost;
  return (call) => {
    const text = from === 'header' ? call.header(name) : onlyValue(call.query, name);
    if (text === undefined) return cost.default;
    if (!DIGITS.test(text)) return undefined;
    const units = Number(text);
    return units >= min && units <= max ? units : undefined;
  };
}

/**
 * The value of a query parameter however its name is encoded, and no number when it is there twice: an
 * upstream may read another one than the first, and would do more than was paid for.
 */
function onlyValue(query: string, name: string): string | undefined {
  if (query === '') return undefined;
  const values = new URLSearchParams(query).getAll(name);
  return values.length > 1 ? values.join() : values[0];
}
