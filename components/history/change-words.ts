import { differences, written } from '@/components/admin/document';
import type { EntityChange, Kind } from '@/components/admin/resources';

const NOUNS: Readonly<Record<Kind, string>> = {
  policies: 'policy',
  tiers: 'tier',
  clients: 'client',
  keys: 'key',
  routes: 'route',
  upstreams: 'upstream',
};

const LONGEST_VALUE = 40;
/** More members than a line can tell of. */
const MOST_MEMBERS = 2;
const MOST_CHANGES = 3;

/** One entity's change in a line: `policy ping: limits[0].quota 5 → 7`. */
export function changeWords({ kind, id, before, after }: EntityChange): string {
  const what = changeTitle(kind, id);
  if (before === null) return `${what} made`;
  if (after === null) return `${what} deleted`;
  const members = differences(before, after);
  const told = members
    .slice(0, MOST_MEMBERS)
    .map((member) => `${member.path} ${short(member.before)} → ${short(member.after)}`);
  const rest = members.length - told.length;
  return `${what}: ${told.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What an entity is called: `policy ping`. */
export function changeTitle(kind: Kind, id: string): string {
  return `${NOUNS[kind]} ${kind === 'keys' ? `fg_${id}` : id}`;
}

/** A version's changes in a few lines. */
export function summaryLines(changes: readonly EntityChange[]): string[] {
  const told = changes.slice(0, MOST_CHANGES).map(changeWords);
  const rest = changes.length - told.length;
  return rest > 0 ? [...told, `and ${rest} more`] : told;
}

function short(value: unknown): string {
  const text = written(value);
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE - 1)}…` : text;
}
