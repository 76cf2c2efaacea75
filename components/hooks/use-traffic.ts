import { useEffect, useState, useSyncExternalStore } from 'react';
import { pageClock } from '@/components/traffic/page-clock';
import { createRequestQueue } from '@/components/traffic/request-queue';
import { sendRequest } from '@/components/traffic/send-request';
import { createTrafficLog, EMPTY_SNAPSHOT } from '@/components/traffic/traffic-log';
import { blocksPerPage, trimHistory } from '@/components/traffic/windows';
import type { RateStatus } from '@/lib/gateway';

export type BurstMode = 'sequential' | 'parallel';

/** Requests in flight at a time: browsers open six connections to a host, and the polls need one. */
const MAX_IN_FLIGHT = 5;
/** Requests that may wait for their answer, those in flight included; more are not accepted. */
const MAX_PENDING = 100;
/** Blocks that are kept. */
const HISTORY = 200;
/** How often a hidden page takes note of its answers, ms; it gets no animation frames. */
const HIDDEN_FLUSH_MS = 250;

function onNextFrame(flush: () => void): void {
  if (document.hidden) setTimeout(flush, HIDDEN_FLUSH_MS);
  else requestAnimationFrame(flush);
}

function createTraffic({ limit, window_seconds }: RateStatus) {
  const windowMs = window_seconds * 1_000;
  const log = createTrafficLog(onNextFrame, (blocks) =>
    trimHistory(blocks, windowMs, blocksPerPage(limit), HISTORY),
  );
  const queue = createRequestQueue(MAX_IN_FLIGHT);
  let pending = 0;
  let life = new AbortController();

  async function perform(id: number, ticker: string, { signal }: AbortController): Promise<void> {
    if (signal.aborted) return;
    log.start(id, pageClock.nowOrLocal());
    const answer = await sendRequest(ticker, signal);
    if (signal.aborted) return;
    pending -= 1;
    log.finish(id, answer);
  }

  return {
    log,
    /** Sends as many as there is room for. @returns how many that is */
    send(ticker: string, count: number, mode: BurstMode): number {
      const accepted = Math.min(count, MAX_PENDING - pending);
      const ids = log.append(ticker, accepted, pageClock.nowOrLocal());
      const current = life;
      pending += accepted;
      if (mode === 'parallel') {
        for (const id of ids) void queue.run(() => perform(id, ticker, current));
      } else {
        void inTurn(ids, (id) => queue.run(() => perform(id, ticker, current)));
      }
      return accepted;
    },
    /** Forgets everything; requests in flight are aborted. */
    clear(): void {
      life.abort();
      life = new AbortController();
      pending = 0;
      queue.clear();
      log.clear();
    },
  };
}

async function inTurn(ids: readonly number[], run: (id: number) => Promise<void>): Promise<void> {
  for (const id of ids) await run(id);
}

/** This page's requests: what was sent, what came back, and the ways to send more. */
export function useTraffic(initial: RateStatus) {
  const [traffic] = useState(() => createTraffic(initial));
  const snapshot = useSyncExternalStore(
    traffic.log.subscribe,
    traffic.log.snapshot,
    () => EMPTY_SNAPSHOT,
  );
  useEffect(() => () => traffic.clear(), [traffic]);
  return { snapshot, send: traffic.send, clear: traffic.clear };
}
