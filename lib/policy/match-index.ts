import { type Call, matchForm, PathTree } from '../http';
import { hostName } from './host-name';
import type { Match } from './model';
import { type Candidate, createSelector, type Selection, type SelectionOptions } from './selection';
import { specificityOf } from './specificity';

/** Finds what matches a call among many. */
export interface MatchIndex<T> {
  /** What matches, in order, up to and including the first that is final. */
  matching(call: Call): readonly T[];
}

export interface MatchIndexOptions<T> extends SelectionOptions<T> {
  readonly matchOf: (entry: T) => Match;
}

/** The entries of one host and one path pattern, by method. */
interface Bucket<T> {
  readonly candidates: Candidate<T>[];
  readonly specificity: number;
  readonly hostRank: number;
  /** Filled as methods are asked for; Node's parser bounds how many there are. */
  ofMethod: Map<string, Selection<T>> | undefined;
}

/** The patterns of one host. */
interface HostPaths<T> {
  readonly rank: number;
  readonly tree: PathTree<Bucket<T>>;
  readonly buckets: Map<string, Bucket<T>>;
}

/** Above every domain's, which is its length. */
const NAME_RANK = 256;
const NOTHING: readonly never[] = [];

/**
 * An index over host, path and method, whose cost for a call does not grow with the entries: hosts are
 * looked up, paths are found in a radix tree, and methods are sorted out once.
 */
export function createMatchIndex<T>(
  entries: readonly T[],
  { matchOf, ...options }: MatchIndexOptions<T>,
): MatchIndex<T> {
  const { select, union } = createSelector(options);
  const ofAnyHost = createHostPaths<T>(0);
  const ofHosts = new Map<string, HostPaths<T>>();
  /** By what follows the `*.`. */
  const ofDomains = new Map<string, HostPaths<T>>();

  for (const entry of entries) {
    const { hosts, paths } = matchOf(entry);
    for (const ofHost of hosts.length === 0 ? [ofAnyHost] : hosts.map(pathsOf)) {
      for (const path of paths) {
        const { candidates, specificity, hostRank } = bucketOf(ofHost, path);
        candidates.push({ entry, specificity, hostRank });
      }
    }
  }

  function pathsOf(host: string): HostPaths<T> {
    if (host.startsWith('*.')) return obtain(ofDomains, host.slice(2), host.length);
    return obtain(ofHosts, host, NAME_RANK);
  }

  /** Appends the buckets that a host leads to. */
  function matchHost(host: string, path: string, buckets: Bucket<T>[]): void {
    const named = ofHosts.get(host);
    if (named !== undefined) buckets.push(...named.tree.match(path));
    if (ofDomains.size === 0) return;
    for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
      const domain = ofDomains.get(host.slice(dot + 1));
      if (domain !== undefined) buckets.push(...domain.tree.match(path));
    }
  }

  function selectionOf(bucket: Bucket<T>, method: string): Selection<T> {
    const known = bucket.ofMethod?.get(method);
    if (known !== undefined) return known;
    const taken = bucket.candidates.filter(({ entry }) => takes(matchOf(entry), method));
    const selection = select(taken);
    bucket.ofMethod ??= new Map();
    bucket.ofMethod.set(method, selection);
    return selection;
  }

  return {
    matching(call) {
      const path = matchForm(call.path);
      const { method } = call;
      const buckets = ofAnyHost.tree.match(path);
      if (ofHosts.size + ofDomains.size > 0) {
        const host = hostName(call.header('host'));
        if (host !== undefined) matchHost(host, path, buckets);
      }
      let found: Selection<T> | undefined;
      for (const bucket of buckets) {
        const selection = selectionOf(bucket, method);
        if (selection.entries.length === 0) continue;
        found = found === undefined ? selection : union(found, selection);
      }
      return found === undefined ? NOTHING : found.entries;
    },
  };
}

function createHostPaths<T>(rank: number): HostPaths<T> {
  return { rank, tree: new PathTree(), buckets: new Map() };
}

function obtain<T>(all: Map<string, HostPaths<T>>, name: string, rank: number): HostPaths<T> {
  const paths = all.get(name) ?? createHostPaths<T>(rank);
  all.set(name, paths);
  return paths;
}

function bucketOf<T>({ tree, buckets, rank }: HostPaths<T>, path: string): Bucket<T> {
  const known = buckets.get(path);
  if (known !== undefined) return known;
  const bucket: Bucket<T> = {
    candidates: [],
    specificity: specificityOf(path),
    hostRank: rank,
    ofMethod: undefined,
  };
  buckets.set(path, bucket);
  tree.add(matchForm(path), bucket);
  return bucket;
}

/** HEAD is GET without the body, and no way around what holds GET. */
function takes({ methods }: Match, method: string): boolean {
  if (methods.length === 0) return true;
  return methods.some((taken) => taken === method || (taken === 'GET' && method === 'HEAD'));
}
