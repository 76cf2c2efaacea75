/** One member of two documents that is not the same in both; undefined where it is not there. */
export interface Difference {
  /** Such as `limits[0].quota`; empty for the whole. */
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What is different, member by member. Lists of one length are compared entry by entry, others as a whole. */
export function differences(before: unknown, after: unknown, path = ''): Difference[] {
  if (isSame(before, after)) return [];
  if (isRecord(before) && isRecord(after)) {
    return keysOf(before, after).flatMap((key) =>
      differences(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  }
  if (isList(before) && isList(after) && before.length === after.length) {
    return before.flatMap((entry, index) => differences(entry, after[index], `${path}[${index}]`));
  }
  return [{ path, before, after }];
}

/** Both sides' changes to `base` in one document. Where both changed the same member, mine stays. */
export function merged(base: unknown, theirs: unknown, mine: unknown): unknown {
  if (isSame(mine, base)) return theirs;
  if (isSame(theirs, base)) return mine;
  if (isRecord(base) && isRecord(theirs) && isRecord(mine)) {
    const members = keysOf(theirs, mine).map(
      (key) => [key, merged(base[key], theirs[key], mine[key])] as const,
    );
    return Object.fromEntries(members.filter(([, value]) => value !== undefined));
  }
  if (isList(base) && isList(theirs) && isList(mine)) {
    const isAligned = base.length === theirs.length && base.length === mine.length;
    if (isAligned) return mine.map((entry, index) => merged(base[index], theirs[index], entry));
  }
  return mine;
}

/** Whether both would be written alike, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  if (isRecord(one) && isRecord(other)) {
    return keysOf(one, other).every((key) => isSame(one[key], other[key]));
  }
  if (isList(one) && isList(other)) {
    return one.length === other.length && one.every((entry, index) => isSame(entry, other[index]));
  }
  return one === other;
}

/** A member's value in a line: text as it is, the rest as JSON. */
export function written(value: unknown): string {
  if (value === undefined || value === null || value === '') return 'nothing';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

type Members = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function keysOf(one: Members, other: Members): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])];
}
