import { type Call, isHost, type Target } from '../http';
import { readTarget } from './target';

/** Why a proxy's question can't be judged. */
export interface UnclearOriginal {
  /** The field to mend, in lower case. */
  readonly field: string;
  readonly message: string;
}

const METHOD = ['x-forwarded-method', 'x-original-method'] as const;
const TARGET = ['x-forwarded-uri', 'x-original-uri', 'x-original-url'] as const;
/** The last with a path behind it. */
const HOST = ['x-forwarded-host', 'x-original-url'] as const;
const CLIENT = 'x-forwarded-for';
/** Lower case too is a method to some servers, and another one to policies. */
const METHOD_NAME = /^[A-Z][A-Z_-]{0,31}$/;
/** Also where a field was given twice. */
const SPACE = /\s/;

/**
 * The request that a proxy asks about, from the fields that it describes it in: X-Forwarded-Method,
 * -Uri and -Host (Traefik, Caddy), or X-Original-Method and -URI or -URL (nginx). X-Forwarded-For has to be
 * there; whom it names is read like everywhere.
 *
 * A proxy sets its own of these and passes the client's on in the others. So none has precedence: those
 * that are there have to agree, or a client could name a request that is judged in place of its own.
 */
export function originalRequest(call: Call): Call | UnclearOriginal {
  const method = agreed(call, METHOD, methodOf, isSame);
  if (typeof method !== 'string') return method;
  const target = agreed(call, TARGET, targetOf, leadToTheSame);
  if ('field' in target) return target;
  const host = agreed(call, HOST, hostOf, isSame);
  if (typeof host !== 'string') return host;
  // Without it all clients of the proxy would be one.
  if (call.header(CLIENT) === undefined) return { field: CLIENT, message: 'it is needed' };
  return {
    method,
    path: target.path,
    query: target.query,
    peerAddress: call.peerAddress,
    header: (name) => (name === 'host' ? host : call.header(name)),
    body: async () => '',
  };
}

function methodOf(value: string): string | undefined {
  return METHOD_NAME.test(value) ? value : undefined;
}

function targetOf(value: string, field: string): Target | undefined {
  if (SPACE.test(value) || (field !== 'x-original-url' && !value.startsWith('/'))) return undefined;
  return readTarget(value);
}

function leadToTheSame(a: Target, b: Target): boolean {
  return a.path === b.path && a.query === b.query;
}

function hostOf(value: string, field: string): string | undefined {
  if (field === 'x-original-url') return readTarget(value)?.authority?.toLowerCase();
  return isHost(value) ? value.toLowerCase() : undefined;
}

function isSame(a: string, b: string): boolean {
  return a === b;
}

function agreed<T>(
  call: Call,
  fields: readonly [string, ...string[]],
  read: (value: string, field: string) => T | undefined,
  agree: (a: T, b: T) => boolean,
): T | UnclearOriginal {
  let first: T | undefined;
  for (const field of fields) {
    const value = call.header(field);
    if (value === undefined) continue;
    const found = read(value, field);
    if (found === undefined) return { field, message: 'it has no single safe meaning' };
    if (first !== undefined && !agree(first, found)) {
      return { field, message: `it contradicts another of ${fields.join(', ')}` };
    }
    first = found;
  }
  return first ?? { field: fields[0], message: 'it is needed' };
}
