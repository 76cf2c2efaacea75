import type { IncomingHttpHeaders } from 'node:http';
import { RATE_LIMIT_FIELDS } from '../../http';

/** Name, value, name, value …; names in lower case. */
export type Fields = readonly string[];

/**
 * Never kept: what belongs to one connection (RFC 9110 §7.6.1) or one proxy (RFC 9111 §3.1), what the
 * gateway says itself with every answer, and what is counted anew when an answer is served.
 */
const NOT_KEPT = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  ...RATE_LIMIT_FIELDS,
  'x-request-id',
  'x-correlation-id',
  'age',
  'content-length',
]);
/** A 304 tells of a kept body, and must not tell of another one (RFC 9111 §3.2). */
const NOT_UPDATED = new Set(['content-encoding', 'content-range', 'content-type']);

/** What is kept of an answer's fields. One without a Date gets that of its arrival (RFC 9110 §6.6.1). */
export function keptFields(headers: IncomingHttpHeaders, receivedAtMs: number): Fields {
  const named = new Set(listOf(joined(headers.connection)));
  const fields: string[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || NOT_KEPT.has(name) || named.has(name)) continue;
    if (name === 'date' && !isDate(value)) continue;
    for (const one of Array.isArray(value) ? value : [value]) fields.push(name, one);
  }
  if (fieldOf(fields, 'date') === undefined) {
    fields.push('date', new Date(receivedAtMs).toUTCString());
  }
  return fields;
}

/** The kept fields after a 304 has brought others in the place of some (RFC 9111 §3.2). */
export function updatedFields(kept: Fields, brought: Fields): Fields {
  const updated: string[] = [];
  const replaced = new Set<string>();
  eachField(brought, (name, value) => {
    if (NOT_UPDATED.has(name)) return;
    replaced.add(name);
    updated.push(name, value);
  });
  eachField(kept, (name, value) => {
    if (!replaced.has(name)) updated.push(name, value);
  });
  return updated;
}

export function eachField(fields: Fields, visit: (name: string, value: string) => void): void {
  for (let i = 0; i < fields.length; i += 2) visit(fields[i] ?? '', fields[i + 1] ?? '');
}

/** The value of a field, joined where it is repeated; undefined when absent. */
export function fieldOf(fields: Fields, wanted: string): string | undefined {
  let found: string | undefined;
  eachField(fields, (name, value) => {
    if (name === wanted) found = found === undefined ? value : `${found}, ${value}`;
  });
  return found;
}

/** A request's or answer's field as one text. Names that objects inherit lead to none. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? joined(headers[name]) : undefined;
}

/** The members of a comma-separated list of tokens, in lower case. */
export function listOf(field: string | undefined): string[] {
  const members = (field ?? '').toLowerCase().split(',');
  return members.map((member) => member.trim()).filter((member) => member !== '');
}

function joined(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value;
}

function isDate(value: string | string[]): boolean {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value));
}
