import { LocalTime } from '@/components/traffic/local-time';
import { BlockedClients } from './blocked-clients';
import type { Report } from './report';
import { ShareList } from './share-list';
import { FILTERS, type View } from './view';

interface SharesProps {
  readonly report: Report;
  readonly view: View;
  readonly onShow: (view: View) => void;
}

/** Whose traffic it was, as the report told it: the charts above may be some seconds ahead. */
export function Shares({ report, view, onShow }: SharesProps) {
  const { to, routes, policies, replicas, blocked } = report;
  return (
    <section aria-label="Whose traffic" className="border-line border-t pt-5">
      <p className="mb-4 text-ink-faint text-sm">
        Whose traffic it was, until <LocalTime atMs={to * 1_000} />
      </p>
      <div className="grid gap-x-10 gap-y-8 md:grid-cols-2 xl:grid-cols-4">
        <ShareList title="Routes" kind="route" shares={routes} view={view} onShow={onShow} />
        <ShareList title="Policies" kind="policy" shares={policies} view={view} onShow={onShow} />
        <ShareList title="Replicas" kind="replica" shares={replicas} view={view} onShow={onShow} />
        <BlockedClients
          blocked={blocked}
          isNarrow={FILTERS.some((name) => view[name] !== undefined)}
        />
      </div>
    </section>
  );
}
