import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service of a test's own. */
export interface Backend {
  readonly url: string;
  /** Of each request so far. */
  readonly requests: readonly IncomingMessage[];
  /** Answers by this from now on. */
  handle: RequestListener;
  close(): Promise<void>;
}

/** @param port 0: any that is free */
export async function openBackend(handle: RequestListener = ok, port = 0): Promise<Backend> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    backend.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  const backend: Backend = {
    url: `http://127.0.0.1:${bound}`,
    requests,
    handle,
    close: () => closed(server),
  };
  return backend;
}

export const ok: RequestListener = (_request, response) => {
  response.end('ok');
};

export function answer(status: number): RequestListener {
  return (_request, response) => {
    response.writeHead(status).end();
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
