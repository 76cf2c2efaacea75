import { matchesWords } from '@/components/admin/matches-words';
import { PAGE_GROUPS } from './pages';

/** Somewhere to jump to. */
export interface Destination {
  readonly href: string;
  readonly name: string;
  readonly kind: 'page' | 'action' | 'policy' | 'client' | 'upstream' | 'route' | 'search';
}

interface Named {
  readonly name: string;
}

/** What can be jumped to by its name, as far as it is known. */
export interface KnownNames {
  readonly policies?: readonly Named[] | undefined;
  readonly clients?: readonly Named[] | undefined;
  readonly upstreams?: readonly Named[] | undefined;
  readonly routes?: readonly Named[] | undefined;
}

/** More than anybody reads; another letter finds the rest. */
const MOST_FOUND = 40;

export const DOCUMENTATION = '/docs';

const PAGES: readonly Destination[] = [
  ...PAGE_GROUPS.flat().map(({ href, name }) => ({ href, name, kind: 'page' as const })),
  { href: DOCUMENTATION, name: 'API docs', kind: 'page' },
];

const ACTIONS: readonly Destination[] = [
  { href: '/policies/new', name: 'New policy', kind: 'action' },
  { href: '/upstreams/new', name: 'New upstream', kind: 'action' },
];

/** What a text may mean, the likeliest first; of no text, the pages. */
export function findDestinations(text: string, known: KnownNames): readonly Destination[] {
  const wanted = text.trim();
  if (wanted === '') return [...PAGES, ...ACTIONS];
  const named = [
    ...destinationsOf('/policies', 'policy', known.policies),
    ...destinationsOf('/clients', 'client', known.clients),
    ...destinationsOf('/upstreams', 'upstream', known.upstreams),
    ...destinationsOf('/upstreams/routes', 'route', known.routes),
  ];
  const found = [...PAGES, ...ACTIONS, ...named]
    .filter(({ name, kind }) => matchesWords([name, kind], wanted))
    .toSorted((a, b) => rankOf(a, wanted) - rankOf(b, wanted))
    .slice(0, MOST_FOUND);
  const query = new URLSearchParams({ search: wanted });
  return [
    ...found,
    { href: `/requests?${query}`, name: `Requests of “${wanted}”`, kind: 'search' },
  ];
}

function destinationsOf(
  folder: string,
  kind: Destination['kind'],
  entities: readonly Named[] = [],
): Destination[] {
  return entities.map(({ name }) => ({
    href: `${folder}/${encodeURIComponent(name)}`,
    name,
    kind,
  }));
}

/** Names that are the text come before those that begin with it, and those before all others. */
function rankOf({ name }: Destination, wanted: string): number {
  const [whole, part] = [name.toLowerCase(), wanted.toLowerCase()];
  if (whole === part) return 0;
  if (whole.startsWith(part)) return 1;
  return whole.includes(part) ? 2 : 3;
}
