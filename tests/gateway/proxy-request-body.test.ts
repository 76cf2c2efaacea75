import { connect, type Socket } from 'node:net';
import { expect, it } from 'vitest';
import { createRequestBody } from '../../lib/gateway/proxy/request-body';
import { origin } from '../support/proxied';

const nothing = () => undefined;

it('a client that breaks off after the body was let go of harms nobody', async () => {
  let client: Socket | undefined;
  const closed = new Promise<Error | null>((resolve) => {
    void origin((request) => {
      const stream = createRequestBody(request, 100, nothing, nothing, nothing).stream();
      // Reads, and listens for no error, as an attempt that has ended.
      stream.once('data', () => client?.resetAndDestroy());
      stream.once('close', () => resolve(stream.errored));
    }).then((service) => {
      client = connect(service.port, '127.0.0.1');
      client.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc');
      client.once('close', () => void service.close());
    });
  });
  expect(await closed).toMatchObject({ message: 'aborted' });
});
