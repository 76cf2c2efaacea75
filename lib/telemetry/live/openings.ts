/** How long openings are counted, ms. */
const WINDOW_MS = 10_000;
/** In it, of one client address. */
export const MOST_OPENINGS = 30;
/** All of an admin's viewers may come back at once. */
export const MOST_ADMIN_OPENINGS = 150;
/** Addresses that are counted apart; when there are more, counting begins anew. */
const MOST_ADDRESSES = 10_000;

export interface Openings {
  /** Counts one. @param nowMs monotonic @returns false where it is one too many */
  admit(ip: string, isAdmin: boolean, nowMs: number): boolean;
}

/** How often streams may be opened: what each begins with is work that a seat does not bound. */
export function createOpenings(): Openings {
  const byClient = new Map<string, number>();
  let endMs = Number.NEGATIVE_INFINITY;
  return {
    admit(ip, isAdmin, nowMs) {
      if (nowMs >= endMs || byClient.size >= MOST_ADDRESSES) {
        byClient.clear();
        endMs = nowMs + WINDOW_MS;
      }
      const client = `${isAdmin ? 'admin' : 'public'} ${ip}`;
      const before = byClient.get(client) ?? 0;
      if (before >= (isAdmin ? MOST_ADMIN_OPENINGS : MOST_OPENINGS)) return false;
      byClient.set(client, before + 1);
      return true;
    },
  };
}
