import { connect as connectPlain, isIP, type LookupFunction } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type buildConnector, errors } from 'undici';

export interface ConnectorOptions {
  /** Without the brackets of an IPv6 address. */
  readonly hostname: string;
  readonly port: number;
  readonly isEncrypted: boolean;
  /** Longest wait until a request can be sent, TLS included, ms. */
  readonly timeoutMs: number;
  readonly lookup: LookupFunction;
}

const KEEP_ALIVE_PROBE_MS = 60_000;
/** As undici's. */
const MOST_READ_BYTES = 65_536;
const MOST_FOR_ONE_ADDRESS_MS = 500;

/**
 * Opens the connections of a pool. Not undici's own connector: its timer looks twice a second, and
 * it would show the upstream's certificate check whatever name a client's Host field says.
 * A connection that comes too late fails with undici's ConnectTimeoutError.
 */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  const { hostname, port, isEncrypted, timeoutMs, lookup } = options;
  const tcp = {
    host: hostname,
    port,
    lookup,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_PROBE_MS,
    autoSelectFamily: true,
    // A silent address leaves time for the next one.
    autoSelectFamilyAttemptTimeout: Math.max(
      10,
      Math.min(MOST_FOR_ONE_ADDRESS_MS, Math.floor(timeoutMs / 3)),
    ),
  };
  const plain = { ...tcp, highWaterMark: MOST_READ_BYTES };
  // RFC 6066, section 3: addresses are no server names.
  const servername = isIP(hostname) === 0 ? { servername: hostname } : {};
  /** Of the last connection, so that the next handshake is short. */
  let session: Buffer | undefined;

  function open() {
    if (!isEncrypted) return connectPlain(plain);
    const socket = connectTls({
      ...tcp,
      ...servername,
      ...(session !== undefined && { session }),
      ALPNProtocols: ['http/1.1'],
    });
    return socket.on('session', (fresh) => {
      session = fresh;
    });
  }

  return (_, callback) => {
    const socket = open();
    let isSettled = false;
    const expire = () => {
      if (isSettled) return;
      socket.destroy(new errors.ConnectTimeoutError(`no connection within ${timeoutMs} ms`));
    };
    // One more look at the sockets: when this process was the slow one, the connection is there.
    const timer = setTimeout(() => setImmediate(expire), timeoutMs);
    const settle = () => {
      const isFirst = !isSettled;
      isSettled = true;
      clearTimeout(timer);
      return isFirst;
    };
    socket.once(isEncrypted ? 'secureConnect' : 'connect', () => {
      if (settle()) callback(null, socket);
    });
    // For the socket's whole life: undici lets go of one that is upgraded.
    socket.on('error', (error) => {
      if (settle()) callback(error, null);
    });
  };
}
