import { once } from 'node:events';
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { type OtlpSpan, spansOfJson, spansOfProtobuf } from './otlp-messages';

export type { OtlpSpan } from './otlp-messages';

export interface OtlpRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** A collector that takes spans by OTLP over HTTP, in either encoding, and keeps them. */
export class OtlpReceiver {
  readonly spans: OtlpSpan[] = [];
  readonly requests: OtlpRequest[] = [];
  connections = 0;
  /** How it answers once it has read a request; 200 unless set. */
  answer = (response: ServerResponse): void => void response.end();

  private constructor(private readonly server: Server) {
    server.on('connection', () => {
      this.connections += 1;
    });
    server.on('request', (request, response) => void this.take(request, response));
  }

  static async start(port = 0): Promise<OtlpReceiver> {
    const server = createServer();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return new OtlpReceiver(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** What OTEL_EXPORTER_OTLP_ENDPOINT takes. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Its only span of this name. */
  span(name: string): OtlpSpan {
    const [span, ...others] = this.spans.filter((one) => one.name === name);
    if (span === undefined || others.length > 0) {
      throw new Error(
        `${others.length + (span ? 1 : 0)} spans ${name} of ${this.spans.map((one) => one.name)}`,
      );
    }
    return span;
  }

  /** Resolves with the next request that comes. */
  async next(): Promise<void> {
    await once(this.server, 'taken');
  }

  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, 'close');
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece);
    const body = Buffer.concat(pieces);
    this.requests.push({ path: request.url ?? '', headers: request.headers });
    this.spans.push(
      ...(request.headers['content-type'] === 'application/json'
        ? spansOfJson(body.toString('utf8'))
        : spansOfProtobuf(body)),
    );
    this.answer(response);
    this.server.emit('taken');
  }
}
