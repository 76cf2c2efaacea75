import type { RequestObserver, RequestRecord } from '../gateway';

/** One observer that tells each of these, in this order, what it wants to hear. */
export function joinObservers(
  observers: readonly (Partial<RequestObserver> | undefined)[],
): RequestObserver {
  return {
    onStart: join(observers.map((observer) => observer?.onStart)),
    onDecided: join(observers.map((observer) => observer?.onDecided)),
    onAnswer: join(observers.map((observer) => observer?.onAnswer)),
    onEnd: join(observers.map((observer) => observer?.onEnd)),
  };
}

type Listener = (record: RequestRecord) => void;

/** Without a loop for as few as there are: this is called four times for each request. */
function join(all: readonly (Listener | undefined)[]): Listener {
  const listeners = all.filter((listener) => listener !== undefined);
  const [first, second, ...others] = listeners;
  if (first === undefined) return () => undefined;
  if (second === undefined) return first;
  const rest = others.length === 0 ? undefined : join(others);
  return (record) => {
    first(record);
    second(record);
    rest?.(record);
  };
}
