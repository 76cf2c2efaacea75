'use client';

import { useServerTime } from '@/components/hooks/use-server-time';
import { leftWords } from './upstream-words';

const TICK_MS = 250;

interface TimeLeftProps {
  /** RFC 3339. */
  readonly until: string;
  /** The server's time when it said so. */
  readonly toldAt: string;
  readonly before: string;
  /** In place of everything once it is over. */
  readonly over: string;
}

/** Counts down to a moment, by the server's clock. */
export function TimeLeft({ until, toldAt, before, over }: TimeLeftProps) {
  const nowMs = useServerTime(Date.parse(toldAt), TICK_MS);
  const leftMs = Date.parse(until) - nowMs;
  return leftMs <= 0 ? over : `${before} ${leftWords(leftMs)}`;
}
