/** Viewers of one process: each costs a write for every round. */
export const MOST_VIEWERS = 1_000;
/** Of them, those that only admins may take: strangers must not be able to lock them out. */
const FOR_ADMINS = 100;
/** Of one client address. */
export const MOST_OF_IP = 20;
export const MOST_OF_ADMIN_IP = 100;

export interface Seats {
  readonly taken: number;
  /** @returns what gives the seat back, once; undefined where there is none */
  take(ip: string, isAdmin: boolean): (() => void) | undefined;
}

/** Who may watch, so that viewers stay a bounded part of the work. */
export function createSeats(): Seats {
  let taken = 0;
  const byClient = new Map<string, number>();
  return {
    get taken() {
      return taken;
    },
    take(ip, isAdmin) {
      const client = `${isAdmin ? 'admin' : 'public'} ${ip}`;
      const own = byClient.get(client) ?? 0;
      const most = isAdmin ? MOST_VIEWERS : MOST_VIEWERS - FOR_ADMINS;
      if (taken >= most || own >= (isAdmin ? MOST_OF_ADMIN_IP : MOST_OF_IP)) return undefined;
      taken += 1;
      byClient.set(client, own + 1);
      let isTaken = true;
      return () => {
        if (!isTaken) return;
        isTaken = false;
        taken -= 1;
        const others = (byClient.get(client) ?? 1) - 1;
        if (others === 0) byClient.delete(client);
        else byClient.set(client, others);
      };
    },
  };
}
