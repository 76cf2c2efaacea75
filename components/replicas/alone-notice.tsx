import { CopyButton } from '@/components/ui/copy-button';

const COMMAND = 'REDIS_URL=redis://127.0.0.1:6379 PORT=3001 npm start';

/** What makes one replica several. */
export function AloneNotice({ store }: { store: 'memory' | 'redis' | undefined }) {
  return (
    <section aria-labelledby="alone" className="mt-6 max-w-2xl">
      <h2 id="alone" className="font-semibold text-lg">
        This replica runs alone
      </h2>
      <p className="mt-1 text-ink-soft">
        {store === 'memory'
          ? 'It counts in its own memory, which no other can share. Give it and every further one the same '
          : 'Every further process that is given the same '}
        <code className="font-mono text-ink text-sm">REDIS_URL</code>
        {store === 'memory'
          ? ': they count together, and all of them show up here.'
          : ' counts together with it, and shows up here.'}{' '}
        The same configuration comes from one file, or from{' '}
        <code className="font-mono text-ink text-sm">DATABASE_URL</code>.
      </p>
      <div className="mt-4 flex items-center justify-between gap-4 rounded-lg bg-raised py-1 pr-1 pl-3">
        <code className="min-w-0 break-all font-mono text-sm">{COMMAND}</code>
        <CopyButton text={COMMAND} label="Copy the command" />
      </div>
      <p className="mt-4 text-ink-soft">
        Or try three of them behind nginx, with everything they need, on this computer:{' '}
        <code className="font-mono text-ink text-sm">npm run stack</code>.
      </p>
    </section>
  );
}
