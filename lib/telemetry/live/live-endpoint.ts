import { z } from 'zod';
import {
  badInput,
  type Endpoint,
  type Exchange,
  NodeCall,
  nameParameter,
  problemAnswer,
  problemSchema,
  queryValue,
  RefusedError,
} from '../../gateway';
import type { Call, Problem, Reply } from '../../http';
import type { ClientAddressReader } from '../../identity';
import type { LiveFeed, WatchRefusal } from './feed';
import { parseResumePoint } from './resume-point';
import { STREAM_HEADERS, type Viewer } from './viewer';

/** Between looks whether an admin who watches still is one, ms. */
const RECHECK_MS = 60_000;
/** When to come back where there was no place, seconds: not all at the same moment. */
const RETRY_AFTER = { least: 5, spread: 10 };

export interface LiveEndpointOptions {
  readonly feed: LiveFeed;
  readonly clientIp: ClientAddressReader;
  /** Admins are told whose requests these are. */
  readonly isAdmin: (call: Call) => Promise<boolean>;
  readonly recheckMs?: number;
}

const streamSchema = z.enum(['seconds', 'decisions']);

const DESCRIPTION = [
  'Server-Sent Events, JSON each. `hello` comes first: `server_time`, `replica`, `viewers`, `is_admin`.',
  'Then `second`, for every second about 0.7 s after it ended: `at`, `allowed`, `denied`, `errors`, `p50_ms`, `p95_ms`, `p99_ms`.',
  'And `decisions`, whenever there are any: `items`, newest last, each with a `weight`: for how many requests it stands.',
  'Without admin credentials they have no `id`, `path` and `identity`, `at` is that of the whole second, and `duration_ms` of the whole millisecond.',
  'Who reads too slowly is cut off.',
].join(' ');

/** `/api/v1/live`: the traffic as it happens. */
export function liveEndpoint(options: LiveEndpointOptions): Endpoint {
  const { feed, clientIp, isAdmin, recheckMs = RECHECK_MS } = options;

  /** @throws RefusedError where nothing is to be watched */
  async function watch({ call }: Exchange): Promise<Viewer | Reply> {
    const stream = queryValue(call, 'stream', streamSchema);
    const filter = {
      route: queryValue(call, 'route', nameParameter),
      policy: queryValue(call, 'policy', nameParameter),
      replica: queryValue(call, 'replica', nameParameter),
    };
    if (!(call instanceof NodeCall)) throw new RefusedError(NO_FRONT_DOOR);
    if (call.method === 'HEAD')
      return { status: 200, headers: [...STREAM_HEADERS], body: undefined };
    const isOfAdmin = await isAdmin(call);
    const viewer = feed.watch({
      ip: clientIp(call).identifier,
      isAdmin: isOfAdmin,
      stream,
      filter,
      resumeFrom: parseResumePoint(call.header('last-event-id') ?? ''),
    });
    if (typeof viewer === 'string') throw noSeat(viewer);
    if (isOfAdmin) endWithSession(viewer, call);
    return viewer;
  }

  function endWithSession(viewer: Viewer, call: Call): void {
    const timer = setInterval(() => {
      void isAdmin(call).then(
        (isStill) => {
          if (!isStill) viewer.end();
        },
        () => viewer.end(),
      );
    }, recheckMs);
    viewer.onEnd = () => clearInterval(timer);
  }

  return {
    path: '/api/v1/live',
    isPrivate: true,
    methods: {
      GET: {
        documentation: {
          id: 'watchTraffic',
          summary: 'Watch the traffic as it happens',
          description: DESCRIPTION,
          tag: 'Traffic',
          query: [
            {
              name: 'stream',
              description: 'Only these events; both when absent.',
              schema: streamSchema,
            },
            { name: 'route', description: 'Only seconds of this route.', schema: nameParameter },
            { name: 'policy', description: 'Only seconds of this policy.', schema: nameParameter },
            {
              name: 'replica',
              description: 'Only seconds of this replica.',
              schema: nameParameter,
            },
          ],
          headers: [
            {
              name: 'Last-Event-ID',
              description:
                'The id of the last event that was seen, or a Unix second: seconds since then are told again, for five minutes at most, and decisions as far as they are still held. Without admin credentials those of a filter only as far as they are held too.',
              schema: z.string(),
            },
          ],
          answers: {
            200: { description: 'The stream.', mediaType: 'text/event-stream' },
            400: badInput,
            501: problemAnswer('This process does not hold its own connections.', problemSchema),
            503: problemAnswer('Too many watch already.', problemSchema),
          },
        },
        handle: (exchange) =>
          watch(exchange).catch((error: unknown) => {
            if (error instanceof RefusedError) return error.reply(exchange);
            throw error;
          }),
      },
    },
  };
}

const NO_FRONT_DOOR: Problem = {
  title: 'Not implemented',
  status: 501,
  detail: 'Only the front door streams: start Floodgate with npm start, not with next start.',
};

const REFUSALS: Readonly<Record<WatchRefusal, string>> = {
  viewers: 'Too many watch by this process, or from this address; close a page that watches.',
  openings: 'This address began to watch too often; wait before it does so again.',
  filters: 'Too many different filters are watched; leave the filter out.',
  closed: 'This process is about to stop.',
};

function noSeat(reason: WatchRefusal): RefusedError {
  const seconds = Math.round(RETRY_AFTER.least + Math.random() * RETRY_AFTER.spread);
  const problem = { title: 'No place', status: 503, detail: REFUSALS[reason] };
  return new RefusedError(problem, 'Retry-After', String(seconds));
}
