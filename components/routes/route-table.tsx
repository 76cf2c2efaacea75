'use client';

import { DatabaseZap } from 'lucide-react';
import { useState } from 'react';
import { ShowAllButton } from '@/components/admin/show-all-button';
import { methodWords } from '@/components/policies/words';
import { plural } from '@/components/traffic/format';
import { Cell, Row, RowLink, Table } from '@/components/ui/table';
import type { Route } from '@/lib/policy';
import { PathWay } from './path-way';
import { routeExample } from './route-words';

const COLUMNS = ['Route', 'Takes', 'Goes on as'];
const MOST_PATHS = 3;
/** More are shown on demand. */
const SHOWN_AT_FIRST = 20;

interface RouteTableProps {
  readonly upstream: string;
  readonly routes: readonly Route[];
}

/** The routes to an upstream, and what becomes of a path on each. */
export function RouteTable({ upstream, routes }: RouteTableProps) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? routes : routes.slice(0, SHOWN_AT_FIRST);
  return (
    <>
      <Table label={`Routes to ${upstream}`} columns={COLUMNS}>
        {shown.map((route) => (
          <Row key={route.name}>
            <Cell>
              <RowLink href={`/upstreams/routes/${route.name}`}>
                <span className="underline decoration-edge underline-offset-4 [a:hover_&]:decoration-current">
                  {route.name}
                </span>
              </RowLink>
              <p className="line-clamp-2 max-w-md text-ink-soft text-sm">{route.description}</p>
            </Cell>
            <Cell label="Takes" className="font-mono text-sm md:min-w-40">
              <Taken match={route.match} />
            </Cell>
            <Cell label="Goes on as" className="text-sm md:min-w-40">
              <Way route={route} />
            </Cell>
          </Row>
        ))}
      </Table>
      {routes.length > SHOWN_AT_FIRST && (
        <ShowAllButton
          showsAll={showsAll}
          what={plural(routes.length, 'route')}
          onToggle={() => setShowsAll(!showsAll)}
        />
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

/** What becomes of a path, by an example where anything does. */
function Way({ route }: { route: Route }) {
  const example = routeExample(route);
  return (
    <>
      <p className="flex flex-wrap items-center gap-x-1.5">
        {example === undefined || example.isUnchanged ? 'unchanged' : <PathWay example={example} />}
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
