import { type Call, matchForm, PathTree } from '../http';
import type { Match } from './model';

/** Finds what matches a call among many. */
export interface MatchIndex<T> {
  /** What matches, in order, up to and including the first that is final. */
  matching(call: Call): readonly T[];
}

export interface MatchIndexOptions<T> {
  readonly matchOf: (entry: T) => Match;
  /** Whether nothing after this entry matters. */
  readonly isFinal: (entry: T) => boolean;
}

/** An entry and its place in the order. */
interface Ranked<T> {
  readonly entry: T;
  readonly rank: number;
}

/** The entries of one host and one path pattern, by method. */
interface Bucket<T> {
  readonly entries: Ranked<T>[];
  /** Filled as methods are asked for; Node's parser bounds how many there are. */
  readonly ofMethod: Map<string, Selection<T>>;
}

/** Those that take a method, up to the first that is final. */
interface Selection<T> {
  readonly ranked: readonly Ranked<T>[];
  readonly entries: readonly T[];
}

/** The patterns of one host. */
interface HostPaths<T> {
  readonly tree: PathTree<Bucket<T>>;
  readonly buckets: Map<string, Bucket<T>>;
}

const NOTHING: readonly never[] = [];

/**
 * An index over host, path and method, whose cost for a call does not grow with the entries: hosts are
 * looked up, paths are found in a radix tree, and methods were sorted out before.
 * @param entries in the order in which they are to be found
 */
export function createMatchIndex<T>(
  entries: readonly T[],
  { matchOf, isFinal }: MatchIndexOptions<T>,
): MatchIndex<T> {
  const ofAnyHost = createHostPaths<T>();
  const ofHosts = new Map<string, HostPaths<T>>();
  /** By what follows the `*.`. */
  const ofDomains = new Map<string, HostPaths<T>>();

  entries.forEach((entry, rank) => {
    const { hosts, paths } = matchOf(entry);
    for (const ofHost of hosts.length === 0 ? [ofAnyHost] : hosts.map(pathsOf)) {
      for (const path of paths) {
        const bucket = bucketOf(ofHost, patternForm(path));
        if (bucket.entries.at(-1)?.rank !== rank) bucket.entries.push({ entry, rank });
      }
    }
  });

  function pathsOf(host: string): HostPaths<T> {
    const [all, name] = host.startsWith('*.') ? [ofDomains, host.slice(2)] : [ofHosts, host];
    const known = all.get(name) ?? createHostPaths<T>();
    all.set(name, known);
    return known;
  }

  /** Appends the buckets that a host leads to. */
  function matchHosts(host: string, path: string, buckets: Bucket<T>[]): void {
    const named = ofHosts.get(host);
    if (named !== undefined) buckets.push(...named.tree.match(path));
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const domain = ofDomains.get(host.slice(dot + 1));
      if (domain !== undefined) buckets.push(...domain.tree.match(path));
    }
  }

  function select({ entries: all, ofMethod }: Bucket<T>, method: string): Selection<T> {
    const known = ofMethod.get(method);
    if (known !== undefined) return known;
    const taken = all.filter(({ entry }) => takes(matchOf(entry), method));
    const ranked = untilFinal(taken, isFinal);
    const selection = { ranked, entries: ranked.map(({ entry }) => entry) };
    ofMethod.set(method, selection);
    return selection;
  }

  function merge(buckets: readonly Bucket<T>[], method: string): readonly T[] {
    const all = buckets.flatMap((bucket) => select(bucket, method).ranked);
    const ordered = all
      .toSorted((a, b) => a.rank - b.rank)
      .filter(({ rank }, index, sorted) => sorted[index - 1]?.rank !== rank);
    return untilFinal(ordered, isFinal).map(({ entry }) => entry);
  }

  return {
    matching(call) {
      const path = matchForm(call.path);
      const buckets = ofAnyHost.tree.match(path);
      if (ofHosts.size + ofDomains.size > 0) matchHosts(hostOf(call), path, buckets);
      const [only] = buckets;
      if (only === undefined) return NOTHING;
      return buckets.length === 1 ? select(only, call.method).entries : merge(buckets, call.method);
    },
  };
}

/**
 * How specific the most specific of these paths is: greater text for the more specific. Segments count
 * from the left, literal ones more than `:name`, and these more than `*`.
 */
export function specificityOf({ paths }: Match): string {
  return paths.map(pathSpecificity).toSorted().at(-1) ?? '';
}

function pathSpecificity(path: string): string {
  const segments = path.split('/').slice(1).map(segmentSpecificity).join('');
  return path.endsWith('/*') ? segments : `${segments}${END}`;
}

const [ANY_BELOW, ONE_SEGMENT, LITERAL, END] = ['1', '2', '3', '4'] as const;

function segmentSpecificity(segment: string): string {
  if (segment === '*') return ANY_BELOW;
  return segment.startsWith(':') ? ONE_SEGMENT : LITERAL;
}

function createHostPaths<T>(): HostPaths<T> {
  return { tree: new PathTree(), buckets: new Map() };
}

function bucketOf<T>({ tree, buckets }: HostPaths<T>, pattern: string): Bucket<T> {
  const known = buckets.get(pattern);
  if (known !== undefined) return known;
  const bucket = { entries: [], ofMethod: new Map() };
  buckets.set(pattern, bucket);
  tree.add(pattern, bucket);
  return bucket;
}

function untilFinal<T>(
  ranked: readonly Ranked<T>[],
  isFinal: (entry: T) => boolean,
): readonly Ranked<T>[] {
  const last = ranked.findIndex(({ entry }) => isFinal(entry));
  return last === -1 ? ranked : ranked.slice(0, last + 1);
}

/** HEAD is GET without the body, and no way around what holds GET. */
function takes({ methods }: Match, method: string): boolean {
  if (methods.length === 0) return true;
  return methods.some((taken) => taken === method || (taken === 'GET' && method === 'HEAD'));
}

function patternForm(pattern: string): string {
  const segments = pattern.split('/').slice(1);
  const forms = segments.map((segment) => {
    return segment.startsWith(':') || segment === '*' ? segment : matchForm(`/${segment}`).slice(1);
  });
  return `/${forms.join('/')}`;
}

/** The name that a call's Host field gives, in lower case, without port and trailing dot. */
function hostOf(call: Call): string {
  const field = call.header('host') ?? '';
  const bracket = field.startsWith('[') ? field.indexOf(']') : 0;
  const colon = field.indexOf(':', Math.max(0, bracket));
  const name = (colon === -1 ? field : field.slice(0, colon)).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
