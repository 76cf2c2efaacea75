import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import {
  type AddressInfo,
  createServer as createTcpServer,
  type Server as TcpServer,
} from 'node:net';

export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  /** Name, value, … as they came. */
  readonly rawHeaders: readonly string[];
  /** As far as it came. */
  body: string;
  /** Whether its body came to its end. */
  isWhole: boolean;
  /** Whether its connection ended before. */
  isBrokenOff: boolean;
}

export type Answerer = (request: IncomingMessage, response: ServerResponse) => void;

/** A service that remembers what it was asked, to the byte. */
export class RecordingOrigin {
  readonly requests: RecordedRequest[] = [];
  /** All bytes that came, over whichever connection. */
  received = '';
  /** How it answers; a 200 unless set. */
  answer: Answerer = (_request, response) => response.end('of the origin');

  private constructor(private readonly server: Server) {
    server.on('connection', (socket) => {
      socket.on('data', (chunk: Buffer) => {
        this.received += chunk.toString('latin1');
      });
    });
    server.on('request', (request, response) => this.record(request, response));
  }

  static async start(): Promise<RecordingOrigin> {
    // It trusts whoever forwards to it, as many a service does.
    const server = createServer({ insecureHTTPParser: true, requireHostHeader: false });
    const origin = new RecordingOrigin(server);
    await listening(server);
    return origin;
  }

  get url(): string {
    return urlOf(this.server);
  }

  /** The values of a field of the only request, in order. */
  field(name: string): string[] {
    const [request] = this.requests;
    if (request === undefined || this.requests.length !== 1) {
      throw new Error(`${this.requests.length} requests came`);
    }
    return valuesOf(request.rawHeaders, name);
  }

  forget(): void {
    this.requests.length = 0;
    this.received = '';
    this.answer = (_request, response) => response.end('of the origin');
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private record(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', rawHeaders } = request;
    const recorded = { method, url, rawHeaders, body: '', isWhole: false, isBrokenOff: false };
    this.requests.push(recorded);
    request.setEncoding('latin1');
    request.on('data', (chunk: string) => {
      recorded.body += chunk;
    });
    request.once('end', () => {
      recorded.isWhole = true;
      this.answer(request, response);
    });
    request.on('error', () => {
      recorded.isBrokenOff = true;
    });
  }
}

/** A service that answers every head with the same bytes, whatever HTTP makes of them. */
export class ScriptedOrigin {
  /** What it answers; after each head, in order, the last one for all others. */
  answers: readonly string[] = [];
  private count = 0;

  private constructor(private readonly server: TcpServer) {}

  static async start(): Promise<ScriptedOrigin> {
    const server = createTcpServer();
    const origin = new ScriptedOrigin(server);
    server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk) => {
        if (!chunk.includes('\r\n\r\n')) return;
        const answer = origin.answers[Math.min(origin.count, origin.answers.length - 1)];
        origin.count += 1;
        if (answer !== undefined) socket.write(answer, 'latin1');
      });
    });
    await listening(server);
    return origin;
  }

  get url(): string {
    return urlOf(this.server);
  }

  script(...answers: string[]): void {
    this.answers = answers;
    this.count = 0;
  }

  stop(): void {
    this.server.close();
  }
}

export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.filter(
    (_, i) => i % 2 === 1 && rawHeaders[i - 1]?.toLowerCase() === name.toLowerCase(),
  );
}

async function listening(server: TcpServer): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function urlOf(server: TcpServer): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
