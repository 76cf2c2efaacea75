import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'undici';

export interface Sent {
  readonly method: 'GET' | 'POST';
  /** What came back; the error's words when nothing did, or the body broke off. */
  readonly outcome: number | string;
}

export interface Load {
  readonly sent: readonly Sent[];
  /** Waits until as many more were answered, one way or the other. */
  answered(more: number): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Keeps some clients asking, GET and POST in turn, each over a connection that it keeps.
 *
 * @param paths by method
 */
export function startLoad(
  origin: string,
  paths: Readonly<Record<Sent['method'], string>>,
  clients: number,
): Load {
  const pool = new Pool(origin, { connections: clients, pipelining: 1 });
  const sent: Sent[] = [];
  let isStopped = false;

  async function send(method: Sent['method']): Promise<Sent['outcome']> {
    try {
      const body = method === 'POST' ? 'a body' : null;
      const answer = await pool.request({ path: paths[method], method, body });
      await answer.body.dump();
      return answer.statusCode;
    } catch (error) {
      return String(error);
    }
  }

  async function keepAsking(): Promise<void> {
    for (let turn = 0; !isStopped; turn += 1) {
      const method = turn % 2 === 0 ? 'GET' : 'POST';
      sent.push({ method, outcome: await send(method) });
    }
  }

  const asking = Promise.all(Array.from({ length: clients }, keepAsking));
  return {
    sent,
    async answered(more) {
      const goal = sent.length + more;
      while (sent.length < goal) await delay(10);
    },
    async stop() {
      isStopped = true;
      await asking;
      await pool.close();
    },
  };
}
