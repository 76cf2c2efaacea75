import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';

export interface StreamEvent {
  readonly name: string;
  readonly id: string;
  readonly data: unknown;
}

/** A stream that is read event by event. */
export interface EventStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** What came so far. */
  readonly events: readonly StreamEvent[];
  readonly comments: number;
  readonly text: string;
  readonly hasEnded: boolean;
  named<T>(name: string): T[];
  /** Reads no further, or goes on. */
  pause(): void;
  resume(): void;
  close(): void;
}

/** Opens one. @param headers of the request */
export async function openStream(
  url: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<EventStream> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, headers }, resolve).once('error', reject);
  });
  const reader = createReader();
  let hasEnded = false;
  response.setEncoding('utf8').on('data', (piece: string) => reader.add(piece));
  response.once('close', () => {
    hasEnded = true;
  });
  response.on('error', () => undefined);
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    events: reader.events,
    get comments() {
      return reader.comments;
    },
    get text() {
      return reader.text;
    },
    get hasEnded() {
      return hasEnded;
    },
    named: <T>(name: string) =>
      reader.events.filter((event) => event.name === name).map(({ data }) => data as T),
    pause: () => void response.pause(),
    resume: () => void response.resume(),
    close: () => void response.destroy(),
  };
}

/**
 * Takes a stream apart as WHATWG HTML §9.2.6 says, but for what it would pass over: a field that we
 * do not send, data that is no JSON or an event without a name is a fault.
 */
function createReader() {
  const events: StreamEvent[] = [];
  let text = '';
  let rest = '';
  let comments = 0;
  return {
    events,
    get text() {
      return text;
    },
    get comments() {
      return comments;
    },
    add(piece: string) {
      text += piece;
      const blocks = (rest + piece).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        if (block === ':') comments += 1;
        else events.push(parseBlock(block));
      }
    },
  };
}

function parseBlock(block: string): StreamEvent {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r\n|\r|\n/)) {
    const [, name, value] = /^(id|event|data|retry): (.*)$/s.exec(line) ?? [];
    if (name === undefined || value === undefined || fields.has(name)) {
      throw new Error(`no field of ours, or a second one: ${JSON.stringify(line)}`);
    }
    fields.set(name, value);
  }
  const { id, event: name, data } = Object.fromEntries(fields);
  if (id === undefined || name === undefined || data === undefined) {
    throw new Error(`an event without its fields: ${JSON.stringify(block)}`);
  }
  return { id, name, data: JSON.parse(data) };
}
