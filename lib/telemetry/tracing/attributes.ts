import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_CLIENT_ADDRESS,
  ATTR_ERROR_TYPE,
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_REQUEST_METHOD_ORIGINAL,
  ATTR_HTTP_REQUEST_RESEND_COUNT,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
  ATTR_USER_AGENT_ORIGINAL,
} from '@opentelemetry/semantic-conventions';
import { CLIENT_CLOSED, NO_ROUTE, type RequestRecord } from '../../gateway';
import { bounded } from '../../http';

/** What of a span a request can make long. */
const LONGEST = 256;
const SERVER_ERROR = 500;
const CLIENT_ERROR = 400;

/** Those that the HTTP conventions know; others could be anything. */
const METHODS: ReadonlySet<string> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'QUERY',
  'TRACE',
]);
const OTHER_METHOD = '_OTHER';

/** The conventions' name of a span, without what a client could make up. */
export function spanName(method: string, route: string): string {
  const verb = METHODS.has(method) ? method : 'HTTP';
  return route === NO_ROUTE ? verb : `${verb} ${route}`;
}

/** Of the span that stands for the whole request. @param isPeerTrusted whether its forwarded fields count */
export function serverAttributes(record: RequestRecord, isPeerTrusted: boolean): Attributes {
  const { call, route, status } = record;
  const { method } = call;
  const isKnown = METHODS.has(method);
  const forwardedHost = isPeerTrusted ? call.header('x-forwarded-host') : undefined;
  const isHttps = isPeerTrusted && call.header('x-forwarded-proto') === 'https';
  const agent = call.header('user-agent');
  const attributes: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: isKnown ? method : OTHER_METHOD,
    [ATTR_URL_PATH]: bounded(call.path, LONGEST),
    [ATTR_URL_SCHEME]: isHttps ? 'https' : 'http',
    [ATTR_SERVER_ADDRESS]: hostName(forwardedHost ?? call.header('host')),
    [ATTR_CLIENT_ADDRESS]: record.caller?.ip ?? call.peerAddress,
    [ATTR_USER_AGENT_ORIGINAL]: agent && bounded(agent, LONGEST),
    'floodgate.request_id': record.requestId,
    'floodgate.verdict': record.verdict,
  };
  if (!isKnown) attributes[ATTR_HTTP_REQUEST_METHOD_ORIGINAL] = bounded(method, LONGEST);
  if (route !== NO_ROUTE) attributes[ATTR_HTTP_ROUTE] = route;
  if (status === CLIENT_CLOSED) attributes[ATTR_ERROR_TYPE] = 'client_closed';
  else attributes[ATTR_HTTP_RESPONSE_STATUS_CODE] = status;
  if (status >= SERVER_ERROR) attributes[ATTR_ERROR_TYPE] = String(status);
  return attributes;
}

/** Of the decision: what each policy that was asked said, in the same order. */
export function decisionAttributes(record: RequestRecord): Attributes {
  const policies: string[] = [];
  const standings: string[] = [];
  const remaining: number[] = [];
  let source: string | undefined;
  const { admission, policy } = record;
  for (const { policy: of, standing, decision } of admission?.evaluations ?? []) {
    policies.push(of.policy.name);
    if (decision === undefined) {
      standings.push(standing);
      remaining.push(UNKNOWN);
      continue;
    }
    const verdict = decision.allowed ? 'allowed' : 'denied';
    standings.push(of.policy.mode === 'shadow' ? `shadow-${verdict}` : verdict);
    remaining.push(decision.source === 'fallback' ? UNKNOWN : decision.binding.remaining);
    if (source === undefined || of.policy.name === policy) source = decision.source;
  }
  return {
    'floodgate.verdict': admission?.refusal === undefined ? 'allowed' : 'denied',
    'floodgate.policy': policy,
    'floodgate.source': source,
    'floodgate.policies': policies,
    'floodgate.policies.verdict': standings,
    'floodgate.policies.remaining': remaining,
  };
}

/** Where nothing was counted. */
const UNKNOWN = -1;

/**
 * Of one attempt at a target.
 * @param url absolute, without credentials; its query is not told
 * @param before attempts before this one
 */
export function attemptAttributes(
  method: string,
  upstream: string,
  url: string,
  before: number,
): Attributes {
  const [full = ''] = url.split('?', 1);
  const [scheme = '', authority = ''] = full.split(/:?\/+/, 2);
  const attributes: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: METHODS.has(method) ? method : OTHER_METHOD,
    [ATTR_SERVER_ADDRESS]: hostName(authority),
    [ATTR_SERVER_PORT]: portOf(authority) ?? (scheme === 'https' ? 443 : 80),
    [ATTR_URL_FULL]: bounded(full, LONGEST),
    'floodgate.upstream': upstream,
  };
  if (before > 0) attributes[ATTR_HTTP_REQUEST_RESEND_COUNT] = before;
  return attributes;
}

/** Of an attempt's answer, to whom 4xx is an error too. */
export function answerAttributes(status: number): Attributes {
  const attributes: Attributes = { [ATTR_HTTP_RESPONSE_STATUS_CODE]: status };
  if (status >= CLIENT_ERROR) attributes[ATTR_ERROR_TYPE] = String(status);
  return attributes;
}

/** `[::1]:80` → `::1`, `example.org:80` → `example.org`. */
function hostName(host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const end = host.startsWith('[') ? host.indexOf(']') : host.indexOf(':');
  const name = host.slice(host.startsWith('[') ? 1 : 0, end === -1 ? undefined : end);
  return bounded(name, LONGEST);
}

function portOf(authority: string): number | undefined {
  const colon = authority.lastIndexOf(':');
  return colon > authority.lastIndexOf(']') ? Number(authority.slice(colon + 1)) : undefined;
}
