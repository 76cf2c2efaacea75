import { type Dispatcher, Pool } from 'undici';
import { createConnector } from './connector';
import type { Resolver } from './resolver';

/** The connections to one target. */
export interface TargetPool {
  /** `http://host:port`, as URL.origin. */
  readonly origin: string;
  /** `host:port`, without a default port. */
  readonly host: string;
  /** Takes requests; another one after the name was found to stand for other addresses. */
  readonly dispatcher: Dispatcher;
  /** Of its name, as last heard; empty for an address. */
  readonly addresses: readonly string[];
  /** Resolves when requests in flight have ended, by force when they take too long. */
  close(): Promise<void>;
}

export interface TargetPoolOptions {
  /** Most connections at a time, upgraded ones not counted. */
  readonly connections: number;
  /** Longest wait until a request can be sent, ms. */
  readonly connectTimeoutMs: number;
  readonly resolver: Resolver;
  /** Longest wait for requests in flight on connections that are given up, ms. */
  readonly drainMs?: number;
}

/** Servers that close idle connections after five seconds without saying so are common. */
const IDLE_MS = 3_000;
/** Taken off the time that a server names itself; undici's clock for it is half a second rough. */
const IDLE_MARGIN_MS = 1_000;
const LONGEST_IDLE_MS = 60_000;
const MOST_HEADER_BYTES = 32_768;

/**
 * HTTP/1.1, one request at a time on a connection; certificates are verified, also by
 * NODE_EXTRA_CA_CERTS. When the target's name stands for other addresses, new requests
 * take new connections and the old ones close behind their last request.
 * @param url scheme, host and port of the target
 */
export function createTargetPool(url: string, options: TargetPoolOptions): TargetPool {
  const { connections, connectTimeoutMs, resolver, drainMs = 60_000 } = options;
  const { origin, host, hostname: hostInUrl, port, protocol } = new URL(url);
  const hostname = hostInUrl.replace(/^\[|\]$/g, '');
  const isEncrypted = protocol === 'https:';
  const retiring = new Set<Promise<void>>();
  const name = resolver.follow(hostname, () => {
    const old = current;
    current = open();
    retire(old.pool);
  });
  const connect = createConnector({
    hostname,
    port: Number(port) || (isEncrypted ? 443 : 80),
    isEncrypted,
    timeoutMs: connectTimeoutMs,
    lookup: name.lookup,
  });
  let current = open();
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

  function retire(pool: Pool): void {
    const ended = drain(pool, drainMs).finally(() => retiring.delete(ended));
    retiring.add(ended);
  }

  async function close(): Promise<void> {
    name.release();
    retire(current.pool);
    await Promise.all(retiring);
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
    close() {
      closing ??= close();
      return closing;
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

async function drain(pool: Pool, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  // Destroying a pool that has a queue leaves its close() unanswered.
  const forced = new Promise<void>((resolve) => {
    timer = setTimeout(() => void pool.destroy().then(resolve), ms);
    timer.unref();
  });
  await Promise.race([pool.close(), forced]);
  clearTimeout(timer);
}
