import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Upstream, upstreamSchema } from '../../lib/policy';
import {
  type BreakerNews,
  type BreakerSharing,
  createUpstreams,
  type UpstreamEvent,
  type Upstreams,
} from '../../lib/upstream';
import { openBackend } from './backend';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const URL_OF_NOBODY = 'http://127.0.0.1:1';

function definitionOf(name: string, more: { url?: string; description?: string } = {}): Upstream {
  const { url = URL_OF_NOBODY, ...rest } = more;
  const breaker = { least_requests: 2 };
  return upstreamSchema.parse({ name, targets: [{ url }], breaker, ...rest });
}

/** Connects replicas within this process, as Redis does between processes. */
function bus(): () => BreakerSharing {
  const members: ((news: BreakerNews) => void)[][] = [];
  return () => {
    const own: ((news: BreakerNews) => void)[] = [];
    members.push(own);
    return {
      publish(news) {
        for (const listeners of members) {
          if (listeners !== own) for (const listener of listeners) listener(news);
        }
      },
      listen: (listener) => void own.push(listener),
      close: () => Promise.resolve(void own.splice(0)),
    };
  };
}

function replica(sharing?: BreakerSharing) {
  const events: UpstreamEvent[] = [];
  const clock = { nowMs: 1_000_000 };
  const upstreams = createUpstreams({
    sharing,
    onChange: (event) => events.push(event),
    now: () => clock.nowMs,
  });
  closers.push(() => upstreams.close());
  return { upstreams, events, clock };
}

function ask(upstreams: Upstreams, name: string, status: number) {
  const attempt = upstreams.find(name)?.acquire({ hashKey: '', tried: [], isUpgrade: false });
  if (attempt === undefined || 'reason' in attempt) return attempt?.reason;
  attempt.answered(status);
  attempt.release();
  return 'asked';
}

describe('upstreams', () => {
  it('are those that the configuration names', () => {
    const { upstreams } = replica();
    expect(upstreams.find('a')).toBeUndefined();
    upstreams.follow([definitionOf('a'), definitionOf('b')]);
    expect(upstreams.status().map(({ name }) => name)).toEqual(['a', 'b']);
    upstreams.follow([definitionOf('b')]);
    expect(upstreams.find('a')).toBeUndefined();
    expect(upstreams.find('b')?.definition.name).toBe('b');
  });

  it('keep what is known of them through changes', () => {
    const { upstreams } = replica();
    const [a, b] = [definitionOf('a'), definitionOf('b')];
    upstreams.follow([a, b]);
    ask(upstreams, 'a', 200);
    ask(upstreams, 'b', 200);
    const changed = definitionOf('b', { description: 'changed' });
    upstreams.follow([a, changed]);
    expect(upstreams.status().map(({ targets }) => targets[0]?.requests)).toEqual([1, 1]);
    expect(upstreams.find('b')?.definition).toBe(changed);
  });

  it('let requests in flight end when they are gone, and take no other', async () => {
    const backend = await openBackend();
    closers.push(() => backend.close());
    const { upstreams } = replica();
    upstreams.follow([definitionOf('a', { url: backend.url })]);
    const live = upstreams.find('a');
    const attempt = live?.acquire({ hashKey: '', tried: [], isUpgrade: false });
    if (attempt === undefined || 'reason' in attempt) throw new Error('unavailable');
    upstreams.follow([]);
    const refused = live?.acquire({ hashKey: '', tried: [attempt.target], isUpgrade: false });
    expect(refused).toMatchObject({ reason: 'no-target' });
    const answer = await attempt.target.dispatcher.request({ method: 'GET', path: '/' });
    expect(await answer.body.text()).toBe('ok');
    attempt.release();
  });

  it('let requests in flight end when they are closed, and then connections', async () => {
    const backend = await openBackend();
    closers.push(() => backend.close());
    const { upstreams } = replica();
    upstreams.follow([definitionOf('a', { url: backend.url })]);
    const order: string[] = [];
    let finish: (() => void) | undefined;
    backend.handle = (_request, response) => {
      finish = () => response.end('late');
    };
    const attempt = upstreams.find('a')?.acquire({ hashKey: '', tried: [], isUpgrade: false });
    if (attempt === undefined || 'reason' in attempt) throw new Error('unavailable');
    const asked = attempt.target.dispatcher
      .request({ method: 'GET', path: '/' })
      .then(async ({ body }) => order.push(await body.text()));
    const closed = upstreams.close().then(() => order.push('closed'));
    expect(ask(upstreams, 'a', 200)).toBeUndefined();
    await vi.waitFor(() => expect(finish).toBeDefined());
    finish?.();
    await Promise.all([asked, closed]);
    expect(order).toEqual(['late', 'closed']);
  });

  it('are tripped and reset by name', () => {
    const { upstreams } = replica();
    upstreams.follow([definitionOf('a')]);
    expect([upstreams.trip('a'), upstreams.trip('b')]).toEqual([true, false]);
    expect(ask(upstreams, 'a', 200)).toBe('open');
    expect([upstreams.reset('a'), upstreams.reset('b')]).toEqual([true, false]);
    expect(ask(upstreams, 'a', 200)).toBe('asked');
  });

  it('are tripped no more when the configuration has left them out', () => {
    const { upstreams } = replica();
    upstreams.follow([definitionOf('a'), definitionOf('b')]);
    for (const name of ['a', 'b']) upstreams.trip(name);
    upstreams.follow([definitionOf('b')]);
    upstreams.follow([definitionOf('a'), definitionOf('b')]);
    expect(['a', 'b'].map((name) => ask(upstreams, name, 200))).toEqual(['asked', 'open']);
  });
});

describe('upstreams of several replicas', () => {
  it('tell the others when a breaker opens, who believe it unless they know better', () => {
    const join = bus();
    const [failing, idle, busy] = [replica(join()), replica(join()), replica(join())];
    for (const { upstreams } of [failing, idle, busy]) upstreams.follow([definitionOf('a')]);
    for (let request = 0; request < 20; request++) ask(busy.upstreams, 'a', 200);
    for (let request = 0; request < 2; request++) ask(failing.upstreams, 'a', 503);
    expect(failing.events).toMatchObject([{ kind: 'breaker', state: 'open', cause: 'failures' }]);
    expect(idle.events).toMatchObject([{ kind: 'breaker', state: 'open', cause: 'hint' }]);
    expect(busy.events).toEqual([]);
  });

  it('do not pass on what they were told', () => {
    const join = bus();
    const [first, second] = [replica(join()), replica(join())];
    for (const { upstreams } of [first, second]) upstreams.follow([definitionOf('a')]);
    const heard: BreakerNews[] = [];
    join().listen((news) => heard.push(news));
    for (let request = 0; request < 2; request++) ask(first.upstreams, 'a', 503);
    expect(second.upstreams.status()[0]?.breaker.state).toBe('open');
    expect(heard).toMatchObject([{ upstream: 'a', kind: 'opened' }]);
  });

  it('are tripped and reset together, also those that come to know the upstream later', () => {
    const join = bus();
    const [first, second] = [replica(join()), replica(join())];
    first.upstreams.follow([definitionOf('a')]);
    first.upstreams.trip('a');
    second.upstreams.follow([definitionOf('a')]);
    expect(ask(second.upstreams, 'a', 200)).toBe('open');
    second.upstreams.reset('a');
    expect(ask(first.upstreams, 'a', 200)).toBe('asked');
    second.upstreams.follow([]);
    second.upstreams.follow([definitionOf('a')]);
    expect(ask(second.upstreams, 'a', 200)).toBe('asked');
  });

  it('end a trip together when one of them leaves the upstream out', () => {
    const join = bus();
    const [first, second] = [replica(join()), replica(join())];
    for (const { upstreams } of [first, second]) upstreams.follow([definitionOf('a')]);
    first.upstreams.trip('a');
    second.upstreams.follow([]);
    expect(ask(first.upstreams, 'a', 200)).toBe('asked');
  });

  it('leave a trip to the others when they are closed', async () => {
    const join = bus();
    const [first, second] = [replica(join()), replica(join())];
    for (const { upstreams } of [first, second]) upstreams.follow([definitionOf('a')]);
    first.upstreams.trip('a');
    await first.upstreams.close();
    expect(ask(second.upstreams, 'a', 200)).toBe('open');
  });
});
