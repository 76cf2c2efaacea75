import { OTHER } from '../traffic';
import { type Labels, MOST_SERIES, type Sample } from './family';

export interface TallyOptions {
  /** The labels of a series. */
  readonly labelsOf: (name: string, variant: number) => Labels;
  /** What a variant becomes under the name `other`. Itself, unless given. */
  readonly commonOf?: (variant: number) => number;
  /** How many variants there are under the name `other`. */
  readonly commonVariants: number;
}

/** Counts, by a name and a variant of it. Never forgets a series, and has a bounded number of them. */
export interface Tally {
  add(name: string, variant: number, count?: number): void;
  samples(): Sample[];
}

/**
 * A tally for the way of requests: two look-ups and an addition, no text and no object. The first
 * names have series of their own; once there are as many as a metric may have, new ones count as
 * `other`.
 */
export function createTally({
  labelsOf,
  commonOf = (variant) => variant,
  commonVariants,
}: TallyOptions): Tally {
  const most = MOST_SERIES - commonVariants;
  const names = new Map<string, Map<number, Sample>>();
  const common = new Map<number, Sample>();
  let series = 0;

  function seriesFor(name: string, variant: number): Sample {
    if (series >= most || name === OTHER) return commonSeries(commonOf(variant));
    series += 1;
    const made = { value: 0, labels: labelsOf(name, variant) };
    const variants = names.get(name);
    if (variants === undefined) names.set(name, new Map([[variant, made]]));
    else variants.set(variant, made);
    return made;
  }

  function commonSeries(variant: number): Sample {
    const known = common.get(variant);
    if (known !== undefined) return known;
    const made = { value: 0, labels: labelsOf(OTHER, variant) };
    common.set(variant, made);
    return made;
  }

  return {
    add(name, variant, count = 1) {
      const found = names.get(name)?.get(variant) ?? seriesFor(name, variant);
      found.value += count;
    },
    samples() {
      const own = [...names.values()].flatMap((variants) => [...variants.values()]);
      return [...own, ...common.values()].map(({ value, labels }) => ({ value, labels }));
    },
  };
}
