import { useEffect, useEffectEvent, useRef, useState } from 'react';
import {
  type FeedHandlers,
  feedAddress,
  type LiveFilter,
  type LiveHello,
  type LiveStream,
  openFeed,
} from '@/components/live/feed';
import { useSeen } from '@/components/live/use-seen';
import { endSession, useSessionEnded } from '@/components/session/session-state';

export type { LiveFilter, LiveHello, LiveSecond } from '@/components/live/feed';

interface LiveOptions extends FeedHandlers {
  /** Both unless given. */
  readonly stream?: LiveStream;
  /** Which traffic the seconds count. */
  readonly filter?: LiveFilter;
  /** Whether a person has stopped it. */
  readonly isPaused: boolean;
  /** It goes on after a rest or a loss of which the feed tells nothing: what was missed has to be read. */
  readonly onGap?: () => void;
}

export interface LiveConnection {
  readonly isOpen: boolean;
  /** Since when there is no connection, Unix ms of this computer; undefined while there is or none is wanted. */
  readonly lostSinceMs: number | undefined;
}

const CLOSED: LiveConnection = { isOpen: false, lostSinceMs: undefined };

/**
 * Everybody's traffic as it happens, for an operator's page. Rests while the page is hidden or paused,
 * and when the session has ended, which the feed tells by holding back what is for admins.
 */
export function useLive(options: LiveOptions): LiveConnection {
  const { stream, filter = {}, isPaused } = options;
  const isSeen = useSeen();
  const isEnded = useSessionEnded();
  const [connection, setConnection] = useState(CLOSED);
  const hasRested = useRef(false);
  const address = feedAddress(stream, filter);
  const isWanted = isSeen && !isPaused && !isEnded;

  const onHello = useEffectEvent((hello: LiveHello) => {
    if (!hello.is_admin) endSession();
    options.onHello?.(hello);
  });
  const onSecond = useEffectEvent<NonNullable<FeedHandlers['onSecond']>>((second) =>
    options.onSecond?.(second),
  );
  const onDecisions = useEffectEvent<NonNullable<FeedHandlers['onDecisions']>>((items) =>
    options.onDecisions?.(items),
  );
  const onGap = useEffectEvent(() => options.onGap?.());

  useEffect(() => {
    if (!isWanted) {
      hasRested.current = true;
      return;
    }
    if (hasRested.current) onGap();
    hasRested.current = false;
    const feed = openFeed(address, {
      onHello,
      onSecond,
      onDecisions,
      onGap,
      onOpen: () => setConnection({ isOpen: true, lostSinceMs: undefined }),
      onLost: () =>
        setConnection(({ lostSinceMs }) => ({
          isOpen: false,
          lostSinceMs: lostSinceMs ?? Date.now(),
        })),
    });
    return () => {
      feed.close();
      setConnection(CLOSED);
    };
  }, [address, isWanted]);

  return connection;
}
