import type { RouteDraft } from '@/components/routes/route-draft';
import type { UpstreamDraft } from '@/components/upstreams/upstream-draft';
import { routeSchema, upstreamSchema } from '@/lib/policy';

/** An upstream of which nothing was said, with a health check: the model knows the numbers. */
export const upstreamDefaults: UpstreamDraft = {
  ...upstreamSchema.parse({
    name: 'unnamed',
    targets: [{ url: 'http://localhost' }],
    health_check: {},
  }),
  name: '',
  targets: [{ url: '', weight: 1 }],
};

/** A route of which nothing was said, its paths included. @param upstream where it leads; empty: nowhere yet */
export function blankRoute(upstream: string): RouteDraft {
  const { match, ...route } = routeSchema.parse({ name: 'unnamed', upstream: 'unnamed' });
  return { ...route, match: { ...match, paths: [] }, name: '', upstream };
}
