import { once } from 'node:events';
import { get } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '../support/free-port';
import { type Origin, origin, type Proxied, proxied } from '../support/proxied';
import { exchange, statusesIn } from '../support/raw-http';

const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function service(listener: Parameters<typeof origin>[0]): Promise<Origin> {
  const started = await origin(listener);
  open.unshift(started);
  return started;
}

async function proxy(
  targets: readonly string[],
  upstream: Parameters<typeof proxied>[0]['upstream'] = {},
): Promise<Proxied> {
  const gateway = await proxied({ targets, upstream });
  open.unshift(gateway);
  return gateway;
}

const nowhere = async () => `http://127.0.0.1:${await freePort()}`;

describe('a request whose target fails before it answers', () => {
  it('is tried at another one', async () => {
    const good = await service((_, response) => response.end('good'));
    const gateway = await proxy([await nowhere(), good.url]);
    const bodies = await Promise.all(
      Array.from({ length: 4 }, async () => (await fetch(gateway.url)).text()),
    );
    expect(bodies).toEqual(Array(4).fill('good'));
    expect(gateway.upstreams.status()[0]?.retries).toBeGreaterThan(0);
  });

  it('is tried there with its body too, while nothing of it has been read', async () => {
    const good = await service(async (request, response) => response.end(await text(request)));
    const gateway = await proxy([await nowhere(), good.url]);
    for (const body of ['one', 'two', 'three']) {
      const response = await fetch(gateway.url, { method: 'POST', body });
      expect(await response.text()).toBe(body);
    }
  });

  it.each([
    ['GET', 2],
    ['DELETE', 2],
    ['POST', 1],
    ['PATCH', 1],
  ])('is sent once more by %s only if that does no harm: %i times', async (method, times) => {
    let seen = 0;
    const broken = await service((request) => {
      seen += 1;
      request.socket.destroy();
    });
    const gateway = await proxy([broken.url]);
    const response = await fetch(gateway.url, { method });
    expect(response.status).toBe(502);
    expect(seen).toBe(times);
  });

  it('is not sent again once its answer began', async () => {
    let seen = 0;
    const broken = await service((_, response) => {
      seen += 1;
      response.writeHead(200, { 'Content-Length': '9' }).write('part');
      setImmediate(() => response.destroy());
    });
    const gateway = await proxy([broken.url]);
    const asked = get(gateway.url);
    const [response] = await once(asked, 'response');
    await expect(text(response)).rejects.toThrow();
    expect(seen).toBe(1);
  });

  it('is not sent again after its time is up', async () => {
    let seen = 0;
    const ignore = () => {
      seen += 1;
    };
    const silent = [await service(ignore), await service(ignore)];
    const gateway = await proxy(
      silent.map(({ url }) => url),
      { timeouts: { first_byte_ms: 150 } },
    );
    expect((await fetch(gateway.url)).status).toBe(504);
    expect(seen).toBe(1);
  });

  it('is answered 502 when the budget for retries is spent', async () => {
    let seen = 0;
    const broken = await service((request) => {
      seen += 1;
      request.socket.destroy();
    });
    const gateway = await proxy([broken.url], {
      retries: { most: 1, budget_percent: 1 },
      breaker: { least_requests: 100_000 },
      ejection: { after_failures: 0 },
    });
    const asked = 200;
    for (let i = 0; i < asked; i++) await (await fetch(gateway.url)).arrayBuffer();
    // 1 % of the requests, and a few for quiet times.
    expect(seen).toBeGreaterThan(asked);
    expect(seen).toBeLessThan(asked + asked / 2);
  });

  it('meets no connection that its upstream has just closed', async () => {
    const good = await service((_, response) => response.end('good'));
    good.server.keepAliveTimeout = 20;
    const gateway = await proxy([good.url]);
    for (let i = 0; i < 30; i++) {
      const response = await fetch(gateway.url);
      expect([i, response.status]).toEqual([i, 200]);
      await response.arrayBuffer();
      await new Promise((resolve) => setTimeout(resolve, 15 + i));
    }
  });
});

describe('an upstream whose breaker is open', () => {
  it('is not asked: 503 at once, with the time to come back', async () => {
    let seen = 0;
    const broken = await service((_, response) => {
      seen += 1;
      response.writeHead(500).end();
    });
    const gateway = await proxy([broken.url], {
      breaker: { least_requests: 5, open_ms: 60_000 },
      ejection: { after_failures: 0 },
    });
    for (let i = 0; i < 5; i++) await (await fetch(gateway.url)).arrayBuffer();
    expect(seen).toBe(5);
    const response = await fetch(gateway.url);
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
    expect(response.headers.get('proxy-status')).toBe('floodgate; error=destination_unavailable');
    expect(await response.json()).toMatchObject({
      type: 'https://iana.org/assignments/http-problem-types#temporary-reduced-capacity',
    });
    expect(seen).toBe(5);
  });

  it('is asked again by one probe, and answers everybody when that succeeds', async () => {
    let isBroken = true;
    let seen = 0;
    const flaky = await service((_, response) => {
      seen += 1;
      response.writeHead(isBroken ? 500 : 200).end();
    });
    const gateway = await proxy([flaky.url], {
      breaker: { least_requests: 5, open_ms: 200 },
      ejection: { after_failures: 0 },
    });
    for (let i = 0; i < 5; i++) await (await fetch(gateway.url)).arrayBuffer();
    isBroken = false;
    await vi.waitFor(
      async () => {
        const response = await fetch(gateway.url);
        await response.arrayBuffer();
        expect(response.status).toBe(200);
      },
      { timeout: 5_000 },
    );
    expect(gateway.upstreams.status()[0]?.breaker.state).toBe('closed');
    expect(seen).toBe(6);
  });

  it('leaves the connections of its clients open', async () => {
    const good = await service((_, response) => response.end('good'));
    const gateway = await proxy([good.url]);
    gateway.upstreams.trip('origin');
    const twice = `GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`;
    const { received } = await exchange(gateway.port, twice);
    expect(statusesIn(received)).toEqual([503, 503]);
  });

  it('by hand is asked by nobody until it is reset', async () => {
    const good = await service((_, response) => response.end('good'));
    const gateway = await proxy([good.url]);
    gateway.upstreams.trip('origin');
    expect((await fetch(gateway.url)).status).toBe(503);
    gateway.upstreams.reset('origin');
    expect((await fetch(gateway.url)).status).toBe(200);
  });
});

describe('a target that has all it can take', () => {
  it('makes a bounded number wait, and refuses the others at once', async () => {
    const waiting: (() => void)[] = [];
    const slow = await service((_, response) => waiting.push(() => response.end('done')));
    const gateway = await proxy([slow.url], { connections: { per_target: 2, queued: 1 } });
    const answers = Array.from({ length: 5 }, async () => {
      const response = await fetch(gateway.url);
      const { status } = response;
      await response.arrayBuffer();
      return status;
    });
    await vi.waitFor(() => expect(waiting).toHaveLength(2));
    waiting.splice(0).forEach((finish) => {
      finish();
    });
    await vi.waitFor(() => expect(waiting).toHaveLength(1));
    waiting.forEach((finish) => {
      finish();
    });
    expect((await Promise.all(answers)).toSorted()).toEqual([200, 200, 200, 503, 503]);
  });

  it('does not let a request wait for a connection longer than its time', async () => {
    const silent = await service(() => undefined);
    const gateway = await proxy([silent.url], {
      connections: { per_target: 1, queued: 10 },
      timeouts: { first_byte_ms: 200 },
    });
    const statuses = await Promise.all(
      Array.from({ length: 3 }, async () => (await fetch(gateway.url)).status),
    );
    expect(statuses).toEqual([504, 504, 504]);
  });
});
