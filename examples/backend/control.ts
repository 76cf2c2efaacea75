import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { refuse, sendJson, type Visit } from './answer';

const LONGEST_BODY_BYTES = 4_096;
const LONGEST_LATENCY_MS = 60_000;

const misbehaviourSchema = z.strictObject({
  /** 503 for everything but `/control`. */
  failing: z.boolean(),
  /** Before each answer. */
  latency_ms: z.int().min(0).max(LONGEST_LATENCY_MS),
  /** Share of the requests answered by 503. */
  fail_percent: z.int().min(0).max(100),
});

type Misbehaviour = z.output<typeof misbehaviourSchema>;

/** The ways in which a backend can be told to go wrong, and where it is told. */
export interface Control {
  present(): Misbehaviour;
  /** Whether the next request fails: exactly the share asked for, evenly spread. */
  failsNow(): boolean;
  /** GET tells, POST changes what its JSON names. */
  handle(visit: Visit): Promise<void>;
}

export function createControl(): Control {
  let state: Misbehaviour = { failing: false, latency_ms: 0, fail_percent: 0 };
  let owedPercent = 0;

  async function change({ request, response }: Visit): Promise<boolean> {
    // Browsers name the page behind a POST; no page is to switch what is on the loopback address.
    if (request.headers.origin !== undefined) {
      refuse(response, 403, 'not for web pages');
      return false;
    }
    const text = await textOf(request);
    if (text === undefined) {
      response.setHeader('Connection', 'close');
      refuse(response, 413, `a body has at most ${LONGEST_BODY_BYTES} bytes`);
      return false;
    }
    const { data, error } = misbehaviourSchema.partial().safeParse(fromJson(text));
    if (data === undefined) {
      refuse(response, 400, z.prettifyError(error));
      return false;
    }
    state = misbehaviourSchema.parse({ ...state, ...data });
    owedPercent = 0;
    return true;
  }

  return {
    present: () => state,
    failsNow() {
      owedPercent += state.fail_percent;
      if (owedPercent < 100) return false;
      owedPercent -= 100;
      return true;
    },
    async handle(visit) {
      if (visit.request.method === 'POST' && !(await change(visit))) return;
      sendJson(visit.response, 200, state);
    },
  };
}

/** Undefined when it is too long. */
async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    length += chunk.length;
    if (length > LONGEST_BODY_BYTES) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
