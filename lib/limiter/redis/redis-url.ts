export interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** What a Redis URL says. */
export interface RedisEndpoint {
  readonly mode: 'standalone' | 'sentinel' | 'cluster';
  readonly isEncrypted: boolean;
  /** Of Redis; the Sentinels have their own. */
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The server; the Sentinels; or some nodes of the cluster, which name the rest. */
  readonly hosts: readonly [HostAndPort, ...HostAndPort[]];
  /** As the Sentinels call it; empty without them. */
  readonly masterName: string;
  readonly db: number;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
}

const FORMS =
  'use redis://[user:password@]host[:port][/db], redis-sentinel://host[:port],…/master[/db] ' +
  'or redis-cluster://host[:port],…; rediss for TLS';

const SHAPE =
  /^redis(?<tls>s?)(?:-(?<mode>sentinel|cluster))?:\/\/(?:(?<user>.*)@)?(?<hosts>[^/?#]+)(?<path>\/[^?#]*)?(?:\?(?<query>[^#]*))?$/;
const HOST = /^(?:\[(?<ipv6>[0-9A-Fa-f:.]+)\]|(?<name>[A-Za-z0-9._-]+))(?::(?<port>\d{1,5}))?$/;

const DEFAULT_PORTS = { standalone: 6379, cluster: 6379, sentinel: 26379 };
const SENTINEL_USER = 'sentinel_user';
const SENTINEL_PASSWORD = 'sentinel_password';

/** A URL that names no Redis. The message says how to mend it and holds no part of the URL. */
export class RedisUrlError extends Error {
  override readonly name = 'RedisUrlError';
}

/** @throws RedisUrlError */
export function parseRedisUrl(text: string): RedisEndpoint {
  const shape = SHAPE.exec(text)?.groups;
  if (shape === undefined) throw new RedisUrlError(FORMS);
  const mode = modeNamed(shape.mode);
  const path = (shape.path ?? '').split('/').slice(1);
  const query = new URLSearchParams(shape.query);
  for (const name of query.keys()) {
    if (mode !== 'sentinel' || (name !== SENTINEL_USER && name !== SENTINEL_PASSWORD)) {
      throw new RedisUrlError(
        `only redis-sentinel:// takes parameters, ${SENTINEL_USER} and ${SENTINEL_PASSWORD}`,
      );
    }
  }
  const masterName = mode === 'sentinel' ? decoded(path.shift() ?? '') : '';
  if (mode === 'sentinel' && masterName === '') {
    throw new RedisUrlError('name the master: redis-sentinel://host[:port],…/master[/db]');
  }
  return {
    mode,
    isEncrypted: shape.tls === 's',
    ...credentialsIn(shape.user),
    hosts: hostsIn(shape.hosts ?? '', mode),
    masterName,
    db: databaseIn(path, mode),
    sentinelUsername: query.get(SENTINEL_USER) ?? undefined,
    sentinelPassword: query.get(SENTINEL_PASSWORD) ?? undefined,
  };
}

/** What is wrong with a URL; undefined when nothing is. */
export function redisUrlFault(text: string): string | undefined {
  try {
    parseRedisUrl(text);
    return undefined;
  } catch (error) {
    if (error instanceof RedisUrlError) return error.message;
    throw error;
  }
}

function modeNamed(name: string | undefined): RedisEndpoint['mode'] {
  return name === 'sentinel' || name === 'cluster' ? name : 'standalone';
}

function credentialsIn(text: string | undefined): Pick<RedisEndpoint, 'username' | 'password'> {
  if (text === undefined) return { username: undefined, password: undefined };
  const [, username = '', password] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
  if (password === undefined) {
    throw new RedisUrlError('before the @ goes user:password, or :password alone');
  }
  return {
    username: username === '' ? undefined : decoded(username),
    password: password === '' ? undefined : decoded(password),
  };
}

function hostsIn(text: string, mode: RedisEndpoint['mode']): RedisEndpoint['hosts'] {
  const [first, ...others] = text.split(',').map((part, index) => {
    const groups = HOST.exec(part)?.groups;
    const port = Number(groups?.port ?? DEFAULT_PORTS[mode]);
    const host = groups?.ipv6 ?? groups?.name;
    if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
    throw new RedisUrlError(
      `host ${index + 1} is no host[:port]; in passwords write @ : / ? # % as %40 %3A %2F %3F %23 %25`,
    );
  });
  if (first === undefined) throw new RedisUrlError(FORMS);
  if (mode === 'standalone' && others.length > 0) {
    throw new RedisUrlError('several hosts need redis-sentinel:// or redis-cluster://');
  }
  return [first, ...others];
}

function databaseIn(path: readonly string[], mode: RedisEndpoint['mode']): number {
  const [db = '', ...rest] = path;
  if (db === '' && rest.length === 0) return 0;
  if (mode === 'cluster') throw new RedisUrlError('a cluster has no databases: leave the path out');
  if (rest.length === 0 && /^\d{1,9}$/.test(db)) return Number(db);
  throw new RedisUrlError('the database is a whole number, the last part of the path');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RedisUrlError('write % as %25 in names and passwords');
  }
}
