import { algorithmOf } from '../../limiter';
import { type LimitEntry, limitFields, toLimit } from './limit';

/** What the stores themselves add, for blocks. */
const BLOCKED = ':blocked';

const suffixes: ReadonlySet<string> = new Set([
  BLOCKED,
  ...limitFields.map(({ algorithm, numbers }) => {
    const probe = { algorithm, ...Object.fromEntries(numbers.map((number) => [number, 1])) };
    const limit = toLimit(probe as LimitEntry, 'probe');
    return algorithmOf(limit).storageKey('', limit, 0);
  }),
]);

/** Whether counters of this name would have the keys that a policy without a name for its own has. */
export function isKeySuffix(keyName: string): boolean {
  return suffixes.has(`:${keyName}`);
}
