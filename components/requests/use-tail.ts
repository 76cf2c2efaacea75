import { useEffect, useRef, useState } from 'react';
import { useLive } from '@/components/hooks/use-live';
import type { LiveDecision } from './decision';
import { matchesFilter, type RequestFilter } from './request-filter';
import { EMPTY_TAIL, narrowed, released, sampleOf, withArrivals } from './tail';

/** How fast requests come, of all kinds. */
export interface Pulse {
  readonly perSecond: number;
  /** For how many requests each that is told stands. */
  readonly sample: number;
}

interface TailOptions {
  readonly filter: RequestFilter;
  /** Whether nothing may move. */
  readonly isHeld: boolean;
  /** Everything before this moment has to be read, the feed tells of what comes after. */
  readonly onConnected: () => void;
}

/** Decisions as they happen, those that the filter wants. */
export function useTail({ filter, isHeld, onConnected }: TailOptions) {
  const [tail, setTail] = useState(EMPTY_TAIL);
  const [pulse, setPulse] = useState<Pulse>();
  const told = useRef({ decisions: 0, requests: 0 });

  const connection = useLive({
    isPaused: false,
    onHello: onConnected,
    onSecond({ allowed, denied, errors }) {
      const { decisions, requests } = told.current;
      told.current = { decisions: 0, requests: 0 };
      setPulse({
        perSecond: allowed + denied + errors,
        sample: sampleOf(decisions, requests),
      });
    },
    onDecisions(decisions) {
      told.current.decisions += decisions.length;
      for (const { weight } of decisions) told.current.requests += weight;
      const wanted = decisions.filter((decision) => matchesFilter(filter, decision));
      setTail((before) => withArrivals(before, wanted, isHeld));
    },
  });

  useEffect(() => {
    setTail((before) =>
      narrowed(before, (decision: LiveDecision) => matchesFilter(filter, decision)),
    );
  }, [filter]);

  const release = () => setTail(released);
  useEffect(() => {
    if (!isHeld) setTail(released);
  }, [isHeld]);

  return { tail, release, pulse: connection.isOpen ? pulse : undefined, connection };
}
