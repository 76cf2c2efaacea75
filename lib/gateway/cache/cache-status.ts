/** Why a request went to the upstream (RFC 9211 §2.2). */
export type ForwardReason = 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'stale' | 'request';

interface ForwardDetails {
  /** What the upstream answered. */
  readonly status?: number;
  readonly isStored?: boolean;
  /** Seconds; negative when stale. */
  readonly ttl?: number;
  readonly detail?: string;
}

export function hitStatus(ttl: number): string {
  return `floodgate; hit; ttl=${ttl}`;
}

export function forwardStatus(reason: ForwardReason, details: ForwardDetails = {}): string {
  const { status, isStored = false, ttl, detail } = details;
  let text = `floodgate; fwd=${reason}`;
  if (status !== undefined) text += `; fwd-status=${status}`;
  if (isStored) text += '; stored';
  if (ttl !== undefined) text += `; ttl=${ttl}`;
  if (detail !== undefined) text += `; detail=${detail}`;
  return text;
}

export const NOT_CACHED_STATUS = 'floodgate; detail=only-if-cached';
