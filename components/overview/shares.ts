import type { RequestVerdict } from '@/lib/gateway';
import type { Share } from './report';

/** Requests of a share, or those of one verdict. */
export function countOf(share: Share, verdict: RequestVerdict | undefined): number {
  if (verdict === undefined) return share.allowed + share.denied + share.errors;
  return verdict === 'error' ? share.errors : share[verdict];
}

/** Those with most first, and of one verdict only those that had any. */
export function byVerdict(
  shares: readonly Share[],
  verdict: RequestVerdict | undefined,
): readonly Share[] {
  return shares
    .filter((share) => countOf(share, verdict) > 0)
    .sort((a, b) => countOf(b, verdict) - countOf(a, verdict) || (a.name < b.name ? -1 : 1));
}
