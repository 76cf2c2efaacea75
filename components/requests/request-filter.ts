import { type LiveDecision, VERDICTS } from './decision';

/** Which requests are wanted. Empty: any. */
export interface RequestFilter {
  /** A request id, or a part of an identity. */
  readonly search: string;
  readonly route: string;
  readonly policy: string;
  readonly verdict: string;
}

export const NO_FILTER: RequestFilter = { search: '', route: '', policy: '', verdict: '' };

/** What the server takes. */
export const LONGEST_SEARCH = 128;

/** The filter that an address holds; `identity` and `id` are other pages' words for a search. */
export function filterOf(query: URLSearchParams): RequestFilter {
  const verdict = query.get('verdict') ?? '';
  const search = query.get('search') ?? query.get('identity') ?? query.get('id') ?? '';
  return {
    search: search.slice(0, LONGEST_SEARCH),
    route: query.get('route') ?? '',
    policy: query.get('policy') ?? '',
    verdict: VERDICTS.some((known) => known === verdict) ? verdict : '',
  };
}

/** The query of an address. @param request the one that is open */
export function queryOf(filter: RequestFilter, request: string | undefined): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) {
    if (value !== '') query.set(name, value);
  }
  if (request !== undefined) query.set('request', request);
  return query.size === 0 ? '' : `?${query}`;
}

/** The same requests that the server finds. */
export function matchesFilter(filter: RequestFilter, decision: LiveDecision): boolean {
  const { search, route, policy, verdict } = filter;
  if (route !== '' && decision.route !== route) return false;
  if (policy !== '' && decision.policy !== policy) return false;
  if (verdict !== '' && decision.verdict !== verdict) return false;
  const wanted = search.trim();
  if (wanted === '' || decision.id === wanted) return true;
  const value = decision.identity?.value.toLowerCase() ?? '';
  return value.includes(wanted.toLowerCase());
}

export function isFiltering(filter: RequestFilter): boolean {
  return Object.values(filter).some((value) => value.trim() !== '');
}

/**
 * What to ask the admin API for. A searched text may be an id or an identity, so both are asked for.
 * @returns paths below `/api/v1/admin`
 */
export function searchPaths(filter: RequestFilter, limit: number): readonly string[] {
  const { search, ...rest } = filter;
  const wanted = search.trim();
  const texts = wanted === '' ? [{}] : [{ identity: wanted }, { id: wanted }];
  return texts.map((text) => {
    const query = new URLSearchParams({ ...text, limit: String(limit) });
    for (const [name, value] of Object.entries(rest)) {
      if (value !== '') query.set(name, value);
    }
    return `/requests?${query}`;
  });
}
