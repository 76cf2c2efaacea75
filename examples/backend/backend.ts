import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { refuse, type Visit } from './answer';
import { createControl } from './control';
import { type Place, placesOf } from './places';

const CONTROL = '/control';
const HEALTH = '/health';

/**
 * A small service to put behind a gateway. Its answers name it, and it can be told to fail or to be
 * slow: `POST /control {"failing": true}`, `{"latency_ms": 3000}`, `{"fail_percent": 30}`. The last
 * two leave `/health` alone, as trouble often does. Once closed it lets answers end, and streams
 * end themselves.
 *
 * @param options.name what it calls itself
 * @returns a server that does not listen yet
 */
export function createBackend({ name }: { readonly name: string }): Server {
  const control = createControl();
  let requests = 0;
  const places = placesOf({
    name,
    requests: () => requests,
    isListening: () => server.listening,
  });
  places.set(CONTROL, { methods: ['GET', 'HEAD', 'POST'], handle: control.handle });

  async function goesWrong({ path, over }: Visit): Promise<boolean> {
    if (path === CONTROL) return false;
    const { failing, latency_ms: latencyMs } = control.present();
    if (path === HEALTH) return failing;
    requests += 1;
    if (latencyMs > 0) await delay(latencyMs, undefined, { signal: over, ref: false });
    return failing || control.failsNow();
  }

  async function answer(visit: Visit): Promise<void> {
    if (await goesWrong(visit)) refuse(visit.response, 503, `${name} was told to fail`);
    else await serve(places.get(visit.path), visit);
  }

  const server = createServer((request, response) => {
    // A connection that is kept would keep the server from closing.
    if (!server.listening) response.setHeader('Connection', 'close');
    // Whoever left in the middle gets no answer.
    answer(visitOf(request, response)).catch(() => response.destroy());
  });
  return server;
}

async function serve(place: Place | undefined, visit: Visit): Promise<void> {
  const { method = '' } = visit.request;
  if (place === undefined) refuse(visit.response, 404, 'nothing is here');
  else if (place.methods?.includes(method) === false) {
    visit.response.setHeader('Allow', place.methods.join(', '));
    refuse(visit.response, 405, `${method} is not served here`);
  } else await place.handle(visit);
}

function visitOf(request: IncomingMessage, response: ServerResponse): Visit {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  const query = mark === -1 ? '' : target.slice(mark + 1);
  return { request, response, path, query, over: gone.signal };
}
