import type { AdminSession } from './admin';
import {
  type Health,
  healthOf,
  PEER_HEADER,
  type RateStatus,
  rateStatusOf,
  routeHandlers,
} from './gateway';
import { getRuntime } from './runtime';

/** What every route file of the app exports: the gateway knows what is served at the request's path. */
export const answerRoute = routeHandlers(async () => (await getRuntime()).gateway);

/** The state of a page's own visitor at a path; undefined when no enforced policy limits them there. */
export async function visitorStatus(
  headers: Headers,
  path: string,
): Promise<RateStatus | undefined> {
  const { identify, configuration, routeOf } = await getRuntime();
  const call = {
    method: 'GET',
    path,
    query: '',
    peerAddress: headers.get(PEER_HEADER) ?? '',
    header: (name: string) => headers.get(name) ?? undefined,
    body: async () => '',
  };
  const identity = await identify(call);
  if ('refused' in identity) return undefined;
  const snapshot = configuration.snapshot();
  return rateStatusOf(snapshot, identity, call, routeOf(call, snapshot));
}

export async function presentHealth(): Promise<Health> {
  return healthOf((await getRuntime()).health, false);
}

/** Who is signed in, for pages of the control plane. @param cookies the Cookie header */
export async function adminSession(cookies: string | null): Promise<AdminSession | undefined> {
  const { admin } = await getRuntime();
  return admin?.sessions.verify(cookies);
}
