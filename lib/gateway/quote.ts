/** A simulated price at one second. Prices in the currency's major unit, to the cent. */
export interface Quote {
  readonly ticker: string;
  readonly price: number;
  readonly currency: 'USD';
  /** Since midnight UTC. */
  readonly change: number;
  readonly change_percent: number;
  /** RFC 3339. */
  readonly as_of: string;
  readonly simulated: true;
}

const SECONDS_PER_DAY = 86_400;
/** Periods of the walk's octaves, seconds; each moves about √period as far as its length suggests. */
const OCTAVES = [4, 32, 256, 2_048, 16_384, 131_072, 1_048_576];
const VOLATILITY_PER_SQRT_SECOND = 0.0002;

/**
 * The simulated price of a ticker: a deterministic random walk, the same on every replica.
 * Built as fractal value noise, whose octaves together wander like Brownian motion, so that any
 * moment's price is computed without walking there.
 *
 * @param atSeconds Unix time, whole seconds
 */
export function quoteAt(ticker: string, atSeconds: number): Quote {
  const seed = hash(ticker);
  const price = priceAt(seed, atSeconds);
  const open = priceAt(seed, atSeconds - (atSeconds % SECONDS_PER_DAY));
  const change = cents(price - open);
  return {
    ticker,
    price,
    currency: 'USD',
    change,
    change_percent: cents((change / open) * 100),
    as_of: new Date(atSeconds * 1_000).toISOString(),
    simulated: true,
  };
}

function priceAt(seed: number, seconds: number): number {
  const base = 20 + (seed % 38_000) / 100;
  let drift = 0;
  for (const period of OCTAVES) {
    const step = Math.floor(seconds / period);
    const fraction = seconds / period - step;
    const from = noise(seed, period, step);
    const to = noise(seed, period, step + 1);
    const eased = fraction * fraction * (3 - 2 * fraction);
    drift += (from + (to - from) * eased) * VOLATILITY_PER_SQRT_SECOND * Math.sqrt(period);
  }
  return cents(base * Math.exp(drift));
}

/** Uniform in [-1, 1). */
function noise(seed: number, period: number, step: number): number {
  return mix(seed ^ mix(period ^ mix(step))) / 2 ** 31 - 1;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  }
  return mix(value);
}

/** The finalizer of MurmurHash3, to an unsigned 32-bit integer. */
function mix(input: number): number {
  let value = input | 0;
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

function cents(amount: number): number {
  return Math.round(amount * 100) / 100;
}
