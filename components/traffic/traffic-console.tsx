'use client';

import dynamic from 'next/dynamic';
import { useEffect, useState } from 'react';
import { HowItWorks } from '@/components/explanation/how-it-works';
import { togglePolling, usePaused } from '@/components/hooks/polling';
import { useCurrentStatus } from '@/components/hooks/use-current-status';
import { useHealth } from '@/components/hooks/use-health';
import { useRateStatus } from '@/components/hooks/use-rate-status';
import { useShortcuts } from '@/components/hooks/use-shortcuts';
import { type BurstMode, useTraffic } from '@/components/hooks/use-traffic';
import type { Health, RateStatus } from '@/lib/gateway';
import { Announcer } from './announcer';
import { ChartPanel } from './chart-panel';
import { LimiterPanel } from './limiter-panel';
import { statusAfter } from './limiter-state';
import { RouteHeading } from './route-heading';
import { SendControls } from './send-controls';
import { ServiceStrip } from './service-strip';
import { Stage } from './stage';
import { TrafficSummary } from './traffic-summary';

const BlockDetails = dynamic(() => import('./block-details').then((part) => part.BlockDetails), {
  ssr: false,
});
const ShortcutHelp = dynamic(
  () => import('@/components/shell/shortcut-help').then((part) => part.ShortcutHelp),
  { ssr: false },
);

interface TrafficConsoleProps {
  readonly initialStatus: RateStatus;
  readonly initialHealth: Health;
}

/** The traffic page's moving part: it owns what is sent and hands the rest down. */
export function TrafficConsole({ initialStatus, initialHealth }: TrafficConsoleProps) {
  const { status: polled, mutate, unreachableSinceMs } = useRateStatus(initialStatus);
  const { health } = useHealth(initialHealth);
  const status = useCurrentStatus(polled);
  const { snapshot, send, clear } = useTraffic(initialStatus);
  const isPaused = usePaused();
  const [ticker, setTicker] = useState('AAPL');
  const [burst, setBurst] = useState<{ size: number; mode: BurstMode }>({
    size: 8,
    mode: 'sequential',
  });
  const [openId, setOpenId] = useState<number>();
  const [isHelpOpen, setHelpOpen] = useState(false);

  const { answered } = snapshot;
  useEffect(() => {
    const answers = answered.flatMap(({ answer }) => answer ?? []);
    if (answers.length === 0) return;
    void mutate((known) => answers.reduce(statusAfter, known ?? initialStatus), {
      revalidate: false,
    });
  }, [answered, mutate, initialStatus]);

  const sendOne = () => send(ticker, 1, 'parallel');
  const sendBurst = () => send(ticker, burst.size, burst.mode);
  const clearAll = () => {
    clear();
    setOpenId(undefined);
  };
  const openHelp = () => setHelpOpen(true);
  useShortcuts({ Enter: sendOne, b: sendBurst, c: clearAll, p: togglePolling, '?': openHelp });

  const openBlock = snapshot.blocks.find(({ id }) => id === openId);
  return (
    <>
      <ServiceStrip status={status} health={health} unreachableSinceMs={unreachableSinceMs} />
      <main className="mx-auto max-w-[80rem] px-4 pb-48 sm:px-8 sm:pb-16">
        <RouteHeading status={status} quote={snapshot.quote} ticker={ticker} onTicker={setTicker} />
        <div className="mt-6 grid gap-x-10 gap-y-6 lg:grid-cols-[19rem_minmax(0,1fr)]">
          <div className="min-w-0">
            <SendControls
              burst={burst}
              onBurstChange={setBurst}
              onSend={sendOne}
              onBurst={sendBurst}
              onClear={clearAll}
              onPause={togglePolling}
              onHelp={openHelp}
              isPaused={isPaused}
              waiting={snapshot.blocks.filter(({ isQueued }) => isQueued).length}
            />
            <Stage blocks={snapshot.blocks} status={status} onOpen={setOpenId} />
          </div>
          <LimiterPanel
            status={status}
            health={health}
            isUnreachable={unreachableSinceMs !== undefined}
          />
        </div>
        <TrafficSummary tally={snapshot.tally} pending={snapshot.pending} />
        <ChartPanel tally={snapshot.tally} status={status} />
        <HowItWorks latest={snapshot.latest} status={status} />
      </main>
      <Announcer snapshot={snapshot} />
      {openBlock && (
        <BlockDetails block={openBlock} status={status} onClose={() => setOpenId(undefined)} />
      )}
      {isHelpOpen && <ShortcutHelp onClose={() => setHelpOpen(false)} />}
    </>
  );
}
