import { ArrowRight, DatabaseZap } from 'lucide-react';
import { methodWords } from '@/components/policies/words';
import { Cell, Row, RowLink, Table } from '@/components/ui/table';
import type { Route } from '@/lib/policy';
import { routeExample } from './route-words';

const COLUMNS = ['Route', 'Takes', 'Goes on as'];
const MOST_PATHS = 3;
const MOST_ROUTES = 20;

interface RouteTableProps {
  readonly upstream: string;
  readonly routes: readonly Route[];
}

/** The routes to an upstream, and what becomes of a path on each. */
export function RouteTable({ upstream, routes }: RouteTableProps) {
  return (
    <>
      <Table label={`Routes to ${upstream}`} columns={COLUMNS}>
        {routes.slice(0, MOST_ROUTES).map((route) => (
          <Row key={route.name}>
            <Cell className="md:w-48">
              <RowLink href={`/upstreams/routes/${route.name}`}>{route.name}</RowLink>
              <p className="line-clamp-2 text-ink-soft text-sm">{route.description}</p>
            </Cell>
            <Cell label="Takes" className="font-mono text-sm">
              <Taken match={route.match} />
            </Cell>
            <Cell label="Goes on as" className="text-sm">
              <Way route={route} />
            </Cell>
          </Row>
        ))}
      </Table>
      {routes.length > MOST_ROUTES && (
        <p className="mt-2 text-ink-faint text-sm">and {routes.length - MOST_ROUTES} more</p>
      )}
    </>
  );
}

function Taken({ match: { hosts, paths, methods } }: Pick<Route, 'match'>) {
  return (
    <>
      {paths.slice(0, MOST_PATHS).map((path) => (
        <p key={path} className="break-all">
          {path}
        </p>
      ))}
      <p className="text-ink-faint">
        {paths.length > MOST_PATHS && `+ ${paths.length - MOST_PATHS} more, `}
        {methodWords(methods)}
      </p>
      {hosts.length > 0 && <p className="break-all text-ink-faint">{hosts.join(', ')}</p>}
    </>
  );
}

/** An example of a path on its way. */
function Way({ route }: { route: Route }) {
  const { from, to } = routeExample(route);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-1.5 font-mono">
        <span className="break-all text-ink-soft">{from}</span>
        <ArrowRight className="size-4 shrink-0 text-ink-faint" aria-label="goes on as" />
        <span className="break-all">{to}</span>
      </p>
      {route.cache && (
        <p className="flex items-center gap-1.5 text-ink-soft">
          <DatabaseZap className="size-4 shrink-0" aria-hidden="true" />
          cached
        </p>
      )}
    </>
  );
}
