import type { Block } from '@/components/traffic/block';
import type { RateStatus } from '@/lib/gateway';
import { BoundaryBurst } from './boundary-burst-view';
import { CommandTraceView } from './command-trace-view';

interface HowItWorksProps {
  readonly latest: Block | undefined;
  readonly status: RateStatus;
}

export function HowItWorks({ latest, status }: HowItWorksProps) {
  return (
    <section aria-labelledby="explanation-title" className="mt-10 border-line border-t pt-8">
      <h2 id="explanation-title" className="font-semibold text-xl tracking-tight">
        How it works
      </h2>
      <div className="mt-5 grid gap-x-12 gap-y-10 lg:grid-cols-2">
        <CommandTraceView latest={latest} status={status} />
        <BoundaryBurst limit={status.limit} windowSeconds={status.window_seconds} />
      </div>
    </section>
  );
}
