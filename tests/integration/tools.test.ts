import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runTool } from '../support/tool';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

interface Said {
  readonly status?: number;
  readonly body: object;
}

/** A server that says of each path what it is told to. */
async function serverSaying(saying: (path: string, serial: number) => Said): Promise<string> {
  let requests = 0;
  const server = createServer(({ url = '' }, response) => {
    const { status = 200, body } = saying(url, requests);
    requests += 1;
    response.statusCode = status;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(body));
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** A server that allows the first so many, and names itself by turns as its requests come. */
async function serverThat(allows: number, names: readonly string[]): Promise<string> {
  return serverSaying((_, serial) => {
    const name = names[serial % names.length];
    return { status: serial >= allows ? 429 : 200, body: { replica: name, backend: name } };
  });
}

describe('npm run burst', () => {
  it('writes a line for each answer, and a summary', async () => {
    const url = await serverThat(3, ['backend-1']);
    const { exitCode, output } = await runTool('burst', '--url', url, '--requests', '8');
    expect(output.match(/#\d+ .*✓ allowed.* 200 .*ms {2}backend-1 {2}backend-1$/gm)).toHaveLength(
      3,
    );
    expect(output.match(/#\d+ .*✕ denied.* 429 /gm)).toHaveLength(5);
    expect(output).toMatch(/8 requests in .*✓ 3 allowed {3}✕ 5 denied {3}! 0 errors/s);
    expect(exitCode).toBe(0);
  });

  it('colours nothing that no person reads', async () => {
    const { output } = await runTool(
      'burst',
      '--url',
      await serverThat(1, ['a']),
      '--requests',
      '2',
    );
    expect(output).not.toContain('\u001b');
  });

  it.each([
    [3, 0],
    [4, 1],
  ])('held against %i allowed ends with %i', async (expected, code) => {
    const url = await serverThat(3, ['backend-1']);
    const options = ['--url', url, '--requests', '8', '--allowed', String(expected)];
    expect((await runTool('burst', ...options)).exitCode).toBe(code);
  });

  it('ends with 1 when nobody answers', async () => {
    const url = await serverThat(1, ['a']);
    servers.splice(0).map((server) => server.close());
    const { exitCode, output } = await runTool('burst', '--url', url, '--requests', '2');
    expect(output).toContain('ECONNREFUSED');
    expect(exitCode).toBe(1);
  });

  it.each([
    ['--requests', 'many'],
    ['--concurrency', '0'],
    ['--url', 'nowhere'],
    ['--header', 'no colon'],
    ['--allowed', '201'],
    ['--unknown', '1'],
  ])('refuses %s %s in one line', async (...option) => {
    const { exitCode, output } = await runTool('burst', ...option);
    expect(output).toMatch(/^error: .+\n$/);
    expect(exitCode).toBe(2);
  });
});

describe('npm run balance', () => {
  const even = ['one', 'two', 'three'];

  it('shows an even distribution, and ends with 0', async () => {
    const url = await serverThat(1_000, even);
    const { exitCode, output } = await runTool('balance', '--url', url, '--requests', '90');
    expect(output.match(/^ {2}(?:one|two|three) +█+ +30 +33\.3 % +✓$/gm)).toHaveLength(6);
    expect(exitCode).toBe(0);
  });

  it.each([
    ['a replica that answers nothing', ['one', 'two'], '2 of 3 gateways answered'],
    ['a share that is not fair', ['one', 'one', 'one', 'two', 'three'], 'not its share'],
  ])('ends with 1 for %s', async (_, names, words) => {
    const url = await serverThat(1_000, names);
    const { exitCode, output } = await runTool('balance', '--url', url, '--requests', '90');
    expect(output).toContain(words);
    expect(exitCode).toBe(1);
  });

  it('counts a gateway that is about to stop, and no backend that fails', async () => {
    const url = await serverSaying((path, serial) => {
      const name = even[serial % 3];
      const isFailing = name === 'three';
      const body = path === '/health' ? { replica: name } : { backend: name };
      return { status: isFailing ? 503 : 200, body };
    });
    const { exitCode, output } = await runTool('balance', '--url', url, '--requests', '90');
    expect(output).not.toContain('of 3 gateways answered');
    expect(output).toContain('30 answered otherwise: 503');
    expect(output).toContain('2 of 3 backends answered');
    expect(exitCode).toBe(1);
  });

  it('says so where answers name nobody', async () => {
    const url = await serverSaying((path, serial) => ({
      body: path === '/health' ? { replica: even[serial % 3] } : { message: 'pong' },
    }));
    const { exitCode, output } = await runTool('balance', '--url', url, '--requests', '60');
    expect(output).toContain('60 answered 200 without naming a backend');
    expect(output).not.toContain('otherwise');
    expect(exitCode).toBe(1);
  });

  it('lets shares differ as much as it is told to', async () => {
    const url = await serverThat(1_000, ['one', 'one', 'one', 'two', 'three']);
    const options = ['--url', url, '--requests', '90', '--tolerance', '80'];
    expect((await runTool('balance', ...options)).exitCode).toBe(0);
  });

  it('does not judge by a handful of answers, and says what to do', async () => {
    const url = await serverThat(99, even);
    const { exitCode, output } = await runTool('balance', '--url', url, '--requests', '90');
    expect(output).toMatch(/9 answers are too few .* call as somebody with a higher limit/);
    expect(exitCode).toBe(1);
  });
});
