import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { Resolver } from 'node:dns/promises';
import { once } from 'node:events';

const HEADER_BYTES = 12;
const NAME_ERROR = 3;
const ANSWER = 0x8180;
/** A pointer to the question's name, type A, class IN, lives for no time, four bytes. */
const RECORD_HEAD = Buffer.from('c00c00010001000000000004', 'hex');

/** A private name server over UDP that knows IPv4 addresses, and whose records a test may change. */
export class DnsServer {
  readonly records = new Map<string, readonly string[]>();
  /** Questions so far. */
  questions = 0;
  /** Whether it leaves questions without an answer. */
  isSilent = false;

  private constructor(
    private readonly socket: Socket,
    private readonly client: Resolver,
  ) {}

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const client = new Resolver({ timeout: 100, tries: 1 });
    client.setServers([`127.0.0.1:${socket.address().port}`]);
    const server = new DnsServer(socket, client);
    socket.on('message', (question, from) => server.answer(question, from));
    return server;
  }

  /** Asks this server. */
  readonly lookup = async (hostname: string) => {
    const addresses = await this.client.resolve4(hostname);
    return addresses.map((address) => ({ address, family: 4 }));
  };

  private answer(question: Buffer, from: RemoteInfo): void {
    this.questions += 1;
    if (this.isSilent) return;
    const addresses = this.records.get(nameIn(question)) ?? [];
    const header = Buffer.alloc(HEADER_BYTES);
    question.copy(header, 0, 0, 2);
    header.writeUInt16BE(addresses.length === 0 ? ANSWER + NAME_ERROR : ANSWER, 2);
    header.writeUInt16BE(1, 4);
    header.writeUInt16BE(addresses.length, 6);
    const records = addresses.map((address) =>
      Buffer.concat([RECORD_HEAD, Buffer.from(address.split('.').map(Number))]),
    );
    const reply = Buffer.concat([header, questionIn(question), ...records]);
    this.socket.send(reply, from.port, from.address);
  }

  stop(): void {
    this.client.cancel();
    this.socket.close();
  }
}

function nameIn(message: Buffer): string {
  const labels: string[] = [];
  for (let at = HEADER_BYTES; ; ) {
    const length = message[at] ?? 0;
    if (length === 0) return labels.join('.').toLowerCase();
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/** Without the records that may follow it, such as EDNS. */
function questionIn(message: Buffer): Buffer {
  return message.subarray(HEADER_BYTES, message.indexOf(0, HEADER_BYTES) + 5);
}
