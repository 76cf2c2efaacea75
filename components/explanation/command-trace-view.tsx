import type { Block } from '@/components/traffic/block';
import { commandTrace } from '@/components/traffic/command-trace';
import type { RateStatus } from '@/lib/gateway';

interface CommandTraceViewProps {
  readonly latest: Block | undefined;
  readonly status: RateStatus;
}

/** The storage commands of the request that was answered last. */
export function CommandTraceView({ latest, status }: CommandTraceViewProps) {
  const trace = latest && commandTrace(latest, status);
  return (
    <section aria-labelledby="trace-title" className="min-w-0">
      <h3 id="trace-title" className="font-semibold text-lg">
        What just happened
        {latest && (
          <span className="ml-2 font-mono text-ink-faint text-sm">request {latest.id}</span>
        )}
      </h3>
      <div className="mt-2 min-h-72">
        <p className="text-ink-soft">
          {trace?.place ??
            'Each window has one counter, under a key that names the client and the window. Send a request to see it counted.'}
        </p>
        <ol className="mt-4 grid gap-4">
          {trace?.steps.map(({ command, reply, note }) => (
            <li key={command} className="border-edge border-l-2 pl-4">
              <p className="break-words font-mono text-sm">
                {command} <span className="text-ink-faint">→</span>{' '}
                <span className="font-semibold">{reply}</span>
              </p>
              <p className="text-ink-soft text-sm">{note}</p>
            </li>
          ))}
        </ol>
        {trace && <p className="mt-4">{trace.conclusion}</p>}
      </div>
    </section>
  );
}
