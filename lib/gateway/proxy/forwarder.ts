import { type Call, type Problem, problem } from '../../http';
import type { Identity } from '../../identity';
import type { Route, Upstream } from '../../policy';
import type { Target, Upstreams } from '../../upstream';
import type { CacheRequest, ResponseCache } from '../cache';
import type { Exchange } from '../endpoint';
import type { Answer } from '../handover';
import { NodeCall, type Upgrade } from '../node-call';
import type { RequestRecord } from '../request-record';
import { CachedHandover } from './cached';
import { BODY_TOO_LONG } from './failure';
import { forwardedTarget } from './forwarded-path';
import { Forwarding } from './forwarding';
import { namesFields } from './hop-by-hop';
import { hostOf, protoOf, requestHeaders } from './request-headers';

export interface ForwarderOptions {
  readonly upstreams: Pick<Upstreams, 'find'>;
  readonly cache: ResponseCache;
  /** Whether an address is a proxy's whose forwarded fields are continued. */
  readonly isTrustedProxy: (address: string) => boolean;
  /** Told of every attempt that failed. */
  readonly onFailure: (target: Target, error: Error) => void;
}

/** Sends a request that was let in where its route leads. */
export type Forward = (
  exchange: Exchange,
  route: Route,
  identity: Identity,
  record: RequestRecord,
) => Answer;

/** More of ourselves in a Via is a circle of gateways. */
const MOST_HOPS = 8;
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export function createForwarder(options: ForwarderOptions): Forward {
  const { upstreams, cache, isTrustedProxy, onFailure } = options;

  return (exchange, route, identity, record) => {
    const { call, requestId } = exchange;
    const fault = faultOf(call, route);
    if (fault !== undefined || !(call instanceof NodeCall)) {
      return problem(fault ?? NO_FRONT_DOOR, call.path, requestId);
    }
    const upstream = upstreams.find(route.upstream);
    if (upstream === undefined) return problem(NO_UPSTREAM, call.path, requestId);
    const { definition } = upstream;
    record.upstream = definition.name;
    const { request } = call;
    const host = call.header('host') ?? '';
    const isPeerTrusted = isTrustedProxy(call.peerAddress);
    const target = forwardedTarget(route, call.path, call.encodedPath, call.query);
    const headers = requestHeaders({
      headers: request.headers,
      peerAddress: call.peerAddress,
      isPeerTrusted,
      identity,
      requestId,
      host: definition.host === 'client' ? host : definition.host,
    });
    const upgrade = upgradeOf(call, definition);
    /** Redirects differ by the scheme, and by the host that the upstream is told of. */
    const resourceOf = (scheme = protoOf(request.headers, isPeerTrusted)): Resource => {
      return { host: `${scheme}://${hostOf(request.headers, isPeerTrusted)}|${host}`, url: target };
    };
    // What a proxy writes there, upstreams may heed, and no key of the cache tells apart.
    const isForwarded = isPeerTrusted && request.headers.forwarded !== undefined;
    const lookup =
      route.cache &&
      !isForwarded &&
      // Its answer is not to what the fields ask that the upstream does not get.
      !namesFields(request.headers.connection) &&
      upgrade === undefined &&
      (call.method === 'GET' || call.method === 'HEAD')
        ? cache.lookup({
            ...resourceOf(),
            // What was kept of another upstream is nothing of this one's.
            route: `${route.name}|${route.upstream}`,
            method: call.method,
            headers: request.headers,
            isIdentified: identity.user !== undefined,
          })
        : undefined;
    if (lookup?.kind === 'hit')
      return new CachedHandover(lookup.answer, definition.timeouts.idle_ms);
    if (lookup?.kind === 'not-cached') {
      return problem(NOT_CACHED, call.path, requestId, 'Cache-Status', lookup.cacheStatus);
    }
    return new Forwarding({
      call,
      requestId,
      record,
      upstream,
      upgrade,
      target,
      headers:
        lookup?.conditions === undefined ? headers : revalidating(headers, lookup.conditions),
      isTargetHost: definition.host === 'target',
      hashKey:
        definition.balance === 'consistent-hash' ? hashKeyOf(definition, call, identity) : '',
      maxBodyBytes: route.max_body_bytes,
      lookup,
      onAnswered: SAFE.has(call.method)
        ? undefined
        : (status) => {
            if (status >= 400) return;
            cache.invalidate(resourceOf('http'));
            cache.invalidate(resourceOf('https'));
          },
      onFailure,
    });
  };
}

type Resource = Pick<CacheRequest, 'host' | 'url'>;

function upgradeOf({ upgrade }: NodeCall, { upgrades }: Upstream): Upgrade | undefined {
  return upgrade !== undefined && upgrades.includes(upgrade.protocol) ? upgrade : undefined;
}

/** The fields with conditions of ours in place of the client's. */
function revalidating(
  headers: readonly string[],
  conditions: Readonly<Record<string, string>>,
): string[] {
  const others: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const [name = '', value = ''] = headers.slice(i, i + 2);
    if (name !== 'if-none-match' && name !== 'if-modified-since') others.push(name, value);
  }
  return [...others, ...Object.entries(conditions).flat()];
}

/** What is wrong with a request before any upstream is asked. */
function faultOf(call: Call, route: Route): Problem | undefined {
  if (call.method === 'TRACE') return NO_TRACE;
  const length = call.header('content-length');
  if (length !== undefined && Number(length) > route.max_body_bytes) return BODY_TOO_LONG.problem;
  const via = call.header('via');
  if (via !== undefined && via.split('floodgate').length > MOST_HOPS) return CIRCLE;
  return undefined;
}

function hashKeyOf({ hash_by: by }: Upstream, call: Call, identity: Identity): string {
  switch (by) {
    case 'identity':
      return identity.keyId ?? identity.user ?? identity.ip;
    case 'ip':
      return identity.ip;
    case 'path':
      return call.path;
    default:
      return call.header(by.slice('header:'.length)) ?? identity.ip;
  }
}

const NO_FRONT_DOOR: Problem = {
  title: 'Not implemented',
  status: 501,
  detail:
    'A route leads from this path to an upstream, and plain next start does not forward; use npm start.',
};

const NOT_CACHED: Problem = {
  title: 'Gateway timeout',
  status: 504,
  detail: 'Nothing is kept of this, and the request asks for nothing else (only-if-cached).',
};

const NO_UPSTREAM: Problem = {
  title: 'Bad gateway',
  status: 502,
  detail: 'The upstream of this path is not there yet; try again shortly.',
};

const NO_TRACE: Problem = {
  title: 'Method not allowed',
  status: 405,
  detail: 'TRACE is not forwarded, since its answer would show what the gateway adds.',
};

const CIRCLE: Problem = {
  title: 'Loop detected',
  status: 508,
  detail: 'This request came through Floodgate more than 8 times: an upstream leads back here.',
};
