import { lookup as lookUpBySystem } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';

/** What a name stands for now, for as long as somebody connects to it. */
export interface ResolvedName {
  /** As last heard; empty before the first answer, and for what is an address itself. */
  readonly addresses: readonly string[];
  /** For `net.connect`: answers at once once the name is known, each time with another address first. */
  readonly lookup: LookupFunction;
  /** Ends asking for it when nobody else follows it. */
  release(): void;
}

export interface Resolver {
  /**
   * @param onChange told when a name that was known has other addresses; isElsewhere: none of those
   * that it had is left
   */
  follow(hostname: string, onChange: (isElsewhere: boolean) => void): ResolvedName;
  close(): void;
}

export interface Address {
  readonly address: string;
  readonly family: number;
}

export interface ResolverOptions {
  /** Asks for a name. By default as any program of this machine does. */
  readonly lookup?: (hostname: string) => Promise<readonly Address[]>;
  /** How long between questions for a name in use, ms. */
  readonly refreshMs?: number;
  /** How long a name that could not be resolved is not asked for again, ms. */
  readonly retryMs?: number;
}

interface Name {
  readonly hostname: string;
  readonly followers: Set<(isElsewhere: boolean) => void>;
  addresses: readonly Address[];
  /** How often it was asked for; turns the addresses. */
  turns: number;
  fault: Error | undefined;
  question: Promise<void> | undefined;
  timer: NodeJS.Timeout | undefined;
}

/** Further addresses of a name are left out. */
const MOST_ADDRESSES = 64;

/**
 * Asks for names again and again in the background, so that no connection waits for DNS after the
 * first and a service may move. getaddrinfo is asked, for it knows what operators know: /etc/hosts,
 * search domains, the resolvers of containers; it tells no time to live, hence the fixed and short
 * interval. Addresses stay in use while DNS does not answer. One question for each name at a time;
 * libuv lets no more than half of its threads wait for names.
 */
export function createResolver(options: ResolverOptions = {}): Resolver {
  const { lookup = askSystem, refreshMs = 10_000, retryMs = 1_000 } = options;
  const names = new Map<string, Name>();

  function ask(name: Name): Promise<void> {
    clearTimeout(name.timer);
    name.question ??= refresh(name).finally(() => {
      name.question = undefined;
      if (names.get(name.hostname) === name) askAgainLater(name);
    });
    return name.question;
  }

  function askAgainLater(name: Name): void {
    const waitMs = name.addresses.length === 0 ? retryMs : refreshMs;
    // Replicas that started together should not ask together.
    name.timer = setTimeout(() => void ask(name), waitMs * (0.9 + 0.2 * Math.random()));
    name.timer.unref();
  }

  async function refresh(name: Name): Promise<void> {
    try {
      const answer = await lookup(name.hostname);
      if (answer.length === 0) throw new Error(`${name.hostname} has no address`);
      const before = name.addresses;
      name.addresses = bounded(answer);
      name.fault = undefined;
      if (before.length === 0 || isSameSet(before, name.addresses)) return;
      const isElsewhere = !haveCommon(before, name.addresses);
      for (const tell of name.followers) tell(isElsewhere);
    } catch (error) {
      name.fault = error instanceof Error ? error : new Error(String(error));
    }
  }

  function lookUp(name: Name, ...[, { all }, callback]: Parameters<LookupFunction>): void {
    const answer = () => {
      const [first, ...others] = inTurn(name);
      if (first === undefined) callback(name.fault ?? new Error(`${name.hostname} is unknown`), []);
      else if (all === true) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    };
    const isWaiting = name.addresses.length === 0 && name.question !== undefined;
    if (isWaiting) void name.question?.then(answer);
    else process.nextTick(answer);
  }

  return {
    follow(hostname, onChange) {
      if (isIP(hostname) !== 0) return itself(hostname);
      const name = names.get(hostname) ?? newName(hostname);
      // Two followers may give the same function.
      const tell = (isElsewhere: boolean) => onChange(isElsewhere);
      name.followers.add(tell);
      if (!names.has(hostname)) {
        names.set(hostname, name);
        void ask(name);
      }
      return {
        get addresses() {
          return name.addresses.map(({ address }) => address);
        },
        lookup: (...question) => lookUp(name, ...question),
        release() {
          name.followers.delete(tell);
          if (name.followers.size > 0) return;
          names.delete(hostname);
          clearTimeout(name.timer);
        },
      };
    },
    close() {
      for (const name of names.values()) clearTimeout(name.timer);
      names.clear();
    },
  };
}

function askSystem(hostname: string): Promise<Address[]> {
  return lookUpBySystem(hostname, { all: true });
}

function newName(hostname: string): Name {
  return {
    hostname,
    followers: new Set(),
    addresses: [],
    turns: 0,
    fault: undefined,
    question: undefined,
    timer: undefined,
  };
}

function itself(address: string): ResolvedName {
  return {
    addresses: [],
    lookup: (_hostname, { all }, callback) => {
      const family = isIP(address);
      if (all === true) callback(null, [{ address, family }]);
      else callback(null, address, family);
    },
    release: () => undefined,
  };
}

/** The same ones of many, whatever order they were told in. */
function bounded(answer: readonly Address[]): readonly Address[] {
  if (answer.length <= MOST_ADDRESSES) return answer;
  return answer.toSorted((a, b) => (a.address < b.address ? -1 : 1)).slice(0, MOST_ADDRESSES);
}

function isSameSet(some: readonly Address[], others: readonly Address[]): boolean {
  const known = new Set(some.map(({ address }) => address));
  return known.size === others.length && others.every(({ address }) => known.has(address));
}

function haveCommon(some: readonly Address[], others: readonly Address[]): boolean {
  const known = new Set(some.map(({ address }) => address));
  return others.some(({ address }) => known.has(address));
}

/**
 * Another address first each time. The family that the system put first stays first (RFC 6724: it is
 * the one that this machine can reach), and the other one comes after it.
 */
function inTurn(name: Name): Address[] {
  const preferred = name.addresses[0]?.family;
  const turn = name.turns++;
  return [
    ...rotated(
      name.addresses.filter(({ family }) => family === preferred),
      turn,
    ),
    ...rotated(
      name.addresses.filter(({ family }) => family !== preferred),
      turn,
    ),
  ];
}

function rotated(addresses: readonly Address[], turn: number): Address[] {
  const start = addresses.length === 0 ? 0 : turn % addresses.length;
  return [...addresses.slice(start), ...addresses.slice(0, start)];
}
