import type { IncomingHttpHeaders } from 'node:http';
import { fieldOf, headerOf } from './fields';
import type { Variant } from './variant';

const ENTITY_TAG = /(?:W\/)?"[^"]*"/g;

/** The fields that ask the upstream whether a variant is still good; undefined where nothing tells. */
export function conditionsFor({ fields }: Variant): Record<string, string> | undefined {
  const etag = fieldOf(fields, 'etag');
  const lastModified = fieldOf(fields, 'last-modified');
  if (etag === undefined && lastModified === undefined) return undefined;
  return {
    ...(etag !== undefined && { 'if-none-match': etag }),
    ...(lastModified !== undefined && { 'if-modified-since': lastModified }),
  };
}

/** Whether the client has this very answer already: 304 (RFC 9110 §13.2.2, RFC 9111 §4.3.2). */
export function clientHas({ status, fields }: Variant, headers: IncomingHttpHeaders): boolean {
  if (status < 200 || status > 299) return false;
  const noneMatch = headerOf(headers, 'if-none-match');
  if (noneMatch !== undefined) return namesTag(noneMatch, fieldOf(fields, 'etag'));
  const since = Date.parse(headerOf(headers, 'if-modified-since') ?? '');
  const modified = Date.parse(fieldOf(fields, 'last-modified') ?? fieldOf(fields, 'date') ?? '');
  // Comparisons with what is no date are false.
  return modified <= since;
}

/** Whether a 304 names the validator of another answer than this (RFC 9111 §4.3.4). */
export function isAboutAnother({ fields }: Variant, told: string | undefined): boolean {
  return told !== undefined && opaque(told) !== opaque(fieldOf(fields, 'etag') ?? '');
}

function namesTag(list: string, etag: string | undefined): boolean {
  if (list.trim() === '*') return true;
  if (etag === undefined) return false;
  const tags = list.match(ENTITY_TAG) ?? [];
  return tags.some((tag) => opaque(tag) === opaque(etag));
}

/** Weak comparison leaves the mark of weakness out (RFC 9110 §8.8.3.2). */
function opaque(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag;
}
