import { plural } from '@/components/traffic/format';
import type { FoundRequests } from '@/lib/admin';
import { createKnownTest, keyOf, type LiveDecision } from './decision';
import { MOST_ROWS, type Tail } from './tail';

/** A line of the list: a request, or what is said of those below it. */
export type Line =
  | { readonly kind: 'request'; readonly key: string; readonly decision: LiveDecision }
  | { readonly kind: 'note'; readonly key: string; readonly text: string };

/**
 * The list from top to bottom: what was told live, then what else the replicas keep.
 * @param isWanted what they found may be the answer to an earlier question
 * @param isSearch whether anything in particular was asked for
 */
export function linesOf(
  { rows, waiting }: Tail,
  found: FoundRequests | undefined,
  isWanted: (decision: LiveDecision) => boolean,
  isSearch: boolean,
): readonly Line[] {
  const live = rows.map(
    ({ number, decision }): Line => ({ kind: 'request', key: `live ${number}`, decision }),
  );
  if (found === undefined) return live;
  const isKnown = createKnownTest([...rows, ...waiting].map(({ decision }) => decision));
  const older = new Map<string, Line>();
  for (const decision of found.items) {
    if (isKnown(decision) || !isWanted(decision)) continue;
    const key = keyOf(decision);
    older.set(key, { kind: 'request', key, decision });
  }
  const text = isSearch ? searchNote(found, older.size, live.length > 0) : pastNote(found);
  const note: Line = { kind: 'note', key: 'note', text };
  const noted = live.length > 0 || isSearch || !isComplete(found) ? [note] : [];
  return [...live, ...noted, ...older.values()].slice(0, MOST_ROWS);
}

/** The names that requests on the page have had. */
export function seenIn(lines: readonly Line[]) {
  const routes = new Set<string>();
  const policies = new Set<string>();
  for (const line of lines) {
    if (line.kind === 'note') continue;
    routes.add(line.decision.route);
    policies.add(line.decision.policy);
  }
  return { routes: [...routes], policies: [...policies] };
}

function isComplete({ replicas_asked, replicas_answered }: FoundRequests): boolean {
  return replicas_answered === replicas_asked;
}

function pastNote(found: FoundRequests): string {
  return `Before this page was opened: ${askedWords(found)}`;
}

function searchNote(found: FoundRequests, count: number, hasLive: boolean): string {
  const number = count === 0 ? `Nothing${hasLive ? ' else' : ''}` : String(count);
  return `${number} found among what is kept: ${askedWords(found)}`;
}

function askedWords(found: FoundRequests): string {
  const { replicas_asked, replicas_answered } = found;
  return isComplete(found)
    ? `asked ${replicas_answered} of ${plural(replicas_asked, 'replica')}`
    : `only ${replicas_answered} of ${replicas_asked} replicas answered`;
}
