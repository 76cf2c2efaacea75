import { createHash } from 'node:crypto';
import type { Call } from '../http';
import type { Subject } from './subject';

/** Names whose counters a request uses. @param route the route it takes */
export type Identify = (subject: Subject, call: Call, route: string) => string;

/** One part of it; undefined when the request lacks it. */
type Part = (subject: Subject, call: Call, route: string) => string | undefined;

const EVERYBODY = 'all';
const NEEDS_ESCAPE = /[%|]/g;
/** What a header holds may be long; logs and answers show the identifier. */
const LONGEST_VALUE = 256;

/**
 * Makes the identifier of a scope. Two requests that differ in any part differ in it: values are named
 * and escaped, so none can be taken for another part or another name. A part that a request lacks is
 * taken by its IP address, under a name that no value has.
 */
export function compileScope(scope: readonly string[]): Identify {
  const [first, ...others] = scope.map((name) => ({ name, part: partOf(name) }));
  if (first === undefined) return () => EVERYBODY;
  if (others.length === 0) return alone(first.name, first.part);
  const parts = [first, ...others];
  return (subject, call, route) => {
    let identifier = '';
    for (const { name, part } of parts) {
      if (identifier !== '') identifier += '|';
      identifier += named(name, part(subject, call, route), subject);
    }
    return identifier;
  };
}

/** An IP address alone is its own name; all else is named, and no name looks like an address. */
function alone(name: string, part: Part): Identify {
  if (name === 'ip') return ({ ip }) => ip;
  return (subject, call, route) => named(name, part(subject, call, route), subject);
}

function named(name: string, value: string | undefined, { ip }: Subject): string {
  if (name === 'identity') return value ?? ip;
  if (name === 'ip') return ip;
  return value === undefined ? `no-${label(name)}:${ip}` : `${label(name)}:${escaped(value)}`;
}

/** `header:x-tenant` as `header-x-tenant`: a colon ends the name. */
function label(name: string): string {
  return name === 'api-key' ? 'key' : name.replace(':', '-');
}

function escaped(value: string): string {
  if (value.length > LONGEST_VALUE) return hashed(value);
  return value.includes('%') || value.includes('|')
    ? value.replace(NEEDS_ESCAPE, encodeURIComponent)
    : value;
}

/** `%s` cannot come out of escaping. UTF-16 keeps apart what UTF-8 would replace. */
function hashed(value: string): string {
  return `%sha256-${createHash('sha256').update(value, 'utf16le').digest('base64url')}`;
}

function partOf(name: string): Part {
  switch (name) {
    case 'identity':
      return ({ keyId, user }) => {
        if (keyId !== undefined) return `key:${keyId}`;
        return user === undefined ? undefined : `user:${escaped(user)}`;
      };
    case 'ip':
      return ({ ip }) => ip;
    case 'api-key':
      return ({ keyId }) => keyId;
    case 'user':
      return ({ user }) => user;
    case 'tier':
      return ({ tier }) => tier;
    case 'route':
      return (_subject, _call, route) => route;
    default:
      return partWithName(name);
  }
}

function partWithName(scope: string): Part {
  const colon = scope.indexOf(':');
  const name = scope.slice(colon + 1);
  return scope.startsWith('header:')
    ? (_subject, call) => call.header(name)
    : (subject) => subject.claim(name);
}
