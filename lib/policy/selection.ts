/** One way in which an entry matches: by one of its hosts and one of its paths. */
export interface Candidate<T> {
  readonly entry: T;
  /** Of the path pattern. */
  readonly specificity: number;
  /** How specific the host is: whole names most, domains by their length, any host 0. */
  readonly hostRank: number;
}

/** What matches, in order, each entry once. */
export interface Selection<T> {
  readonly candidates: readonly Candidate<T>[];
  readonly entries: readonly T[];
  /** What came of this one and another. */
  readonly together: Map<Selection<T>, Selection<T>>;
}

export interface SelectionOptions<T> {
  readonly compare: (a: Candidate<T>, b: Candidate<T>) => number;
  /** Whether nothing after this entry matters. */
  readonly isFinal: (entry: T) => boolean;
}

/** Candidates in remembered unions: some MiB, however many ways there are to put patterns together. */
const MOST_REMEMBERED = 200_000;

/** Makes selections, and unions of them, which are remembered: paths that match alike share one. */
export function createSelector<T>({ compare, isFinal }: SelectionOptions<T>) {
  let remembered = 0;

  function select(candidates: readonly Candidate<T>[]): Selection<T> {
    const best = new Map<T, Candidate<T>>();
    for (const candidate of candidates.toSorted(compare)) {
      if (best.has(candidate.entry)) continue;
      best.set(candidate.entry, candidate);
      if (isFinal(candidate.entry)) break;
    }
    return { candidates: [...best.values()], entries: [...best.keys()], together: new Map() };
  }

  function union(one: Selection<T>, other: Selection<T>): Selection<T> {
    const known = one.together.get(other);
    if (known !== undefined) return known;
    const both = select([...one.candidates, ...other.candidates]);
    remembered += both.candidates.length + 1;
    if (remembered <= MOST_REMEMBERED) one.together.set(other, both);
    return both;
  }

  return { select, union };
}
