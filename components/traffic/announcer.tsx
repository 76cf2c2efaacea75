import { useEffect, useRef, useState } from 'react';
import { announce } from './announcement';
import type { Block } from './block';
import type { TrafficSnapshot } from './traffic-log';

/** Answers told together at most, so that an endless stream is not silence. */
const LARGEST_BATCH = 50;

/** Tells screen readers what came back, a burst in one sentence. */
export function Announcer({ snapshot }: { snapshot: TrafficSnapshot }) {
  const batch = useRef<Block[]>([]);
  const [text, setText] = useState('');
  useEffect(() => {
    batch.current.push(...snapshot.answered);
    const isDue = snapshot.pending === 0 || batch.current.length >= LARGEST_BATCH;
    if (!isDue || batch.current.length === 0) return;
    setText(announce(batch.current));
    batch.current = [];
  }, [snapshot]);
  return (
    <p role="status" aria-live="polite" className="sr-only">
      {text}
    </p>
  );
}
