import { type Dispatcher, Pool } from 'undici';
import { createConnector } from './connector';
import type { Resolver } from './resolver';

/** The connections to one target. */
export interface TargetPool {
  /** `http://host:port`, as URL.origin. */
  readonly origin: string;
  /** `host:port`, without a default port. */
  readonly host: string;
  /** Takes requests; another one after the name has come to stand for other addresses. */
  readonly dispatcher: Dispatcher;
  /** Of its name, as last heard; empty for an address. */
  readonly addresses: readonly string[];
  /**
   * Resolves when requests in flight have ended.
   * @param longestMs those in flight after that are broken off; none when left out
   */
  close(longestMs?: number): Promise<void>;
}

export interface TargetPoolOptions {
  /** Most connections at a time, upgraded ones not counted. */
  readonly connections: number;
  /** Longest wait until a request can be sent, ms. */
  readonly connectTimeoutMs: number;
  readonly resolver: Resolver;
  /** How old connections become at most, once the name has come to stand for further addresses, ms. */
  readonly renewMs?: number;
}

/** Servers that close idle connections after five seconds without saying so are common. */
const IDLE_MS = 3_000;
/** Taken off the time that a server names itself; undici's clock for it is half a second rough. */
const IDLE_MARGIN_MS = 1_000;
const LONGEST_IDLE_MS = 60_000;
const MOST_HEADER_BYTES = 32_768;

/**
 * HTTP/1.1, one request at a time on a connection; certificates are verified, also by
 * NODE_EXTRA_CA_CERTS. When none is left of the addresses that the target's name stood for, new
 * requests take new connections and the old ones close behind their last request. When some are left
 * the same happens, but not before the connections are renewMs old: the answers of some name servers
 * are another part of all addresses each time. (undici's own clientTtl lets requests that wait for a
 * connection hang when that one is too old.)
 * @param url scheme, host and port of the target
 */
export function createTargetPool(url: string, options: TargetPoolOptions): TargetPool {
  const { connections, connectTimeoutMs, resolver, renewMs = 300_000 } = options;
  const { origin, host, hostname: hostInUrl, port, protocol } = new URL(url);
  const hostname = hostInUrl.replace(/^\[|\]$/g, '');
  const isEncrypted = protocol === 'https:';
  const retiring = new Map<Pool, Promise<void>>();
  const name = resolver.follow(hostname, (isElsewhere) => {
    if (isElsewhere) renew();
    else renewal ??= setTimeout(renew, openedAtMs + renewMs - performance.now()).unref();
  });
  const connect = createConnector({
    hostname,
    port: Number(port) || (isEncrypted ? 443 : 80),
    isEncrypted,
    timeoutMs: connectTimeoutMs,
    lookup: name.lookup,
  });
  let openedAtMs = performance.now();
  let current = open();
  let renewal: NodeJS.Timeout | undefined;
  let closing: Promise<void> | undefined;

  function open(): { pool: Pool; dispatcher: Dispatcher } {
    const pool = new Pool(origin, {
      connect,
      connections,
      pipelining: 1,
      allowH2: false,
      keepAliveTimeout: IDLE_MS,
      keepAliveTimeoutThreshold: IDLE_MARGIN_MS,
      keepAliveMaxTimeout: LONGEST_IDLE_MS,
      maxHeaderSize: MOST_HEADER_BYTES,
      strictContentLength: true,
    });
    return { pool, dispatcher: isEncrypted ? pool.compose(naming(hostname)) : pool };
  }

  function renew(): void {
    clearTimeout(renewal);
    renewal = undefined;
    const old = current;
    openedAtMs = performance.now();
    current = open();
    retire(old.pool);
  }

  function retire(pool: Pool): void {
    const ended = pool.close().finally(() => retiring.delete(pool));
    retiring.set(pool, ended);
  }

  async function close(): Promise<void> {
    name.release();
    clearTimeout(renewal);
    retire(current.pool);
    await Promise.all(retiring.values());
  }

  async function closeWithin(ms: number, closed: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    // Destroying a pool that has a queue leaves its close() unanswered.
    const forced = new Promise<void>((resolve) => {
      const destroy = () => Promise.all([...retiring.keys()].map((pool) => pool.destroy()));
      timer = setTimeout(() => void destroy().then(() => resolve()), ms);
      timer.unref();
    });
    await Promise.race([closed, forced]);
    clearTimeout(timer);
  }

  return {
    origin,
    host,
    get dispatcher() {
      return current.dispatcher;
    },
    get addresses() {
      return name.addresses;
    },
    close(longestMs) {
      closing ??= close();
      return longestMs === undefined ? closing : closeWithin(longestMs, closing);
    },
  };
}

/**
 * undici gives a connection up whenever the Host field names another server than its last request
 * did, unless it is told that the server is the same.
 */
function naming(servername: string): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (options, handler) => {
    const named = { ...options, servername };
    return dispatch(named, handler);
  };
}
