import { Agent, request } from 'undici';

const LONGEST_WAIT_MS = 30_000;
/** Longer answers are not read for who gave them. */
const LONGEST_READ_BYTES = 65_536;

/**
 * @typedef {object} Answer
 * @property {number | undefined} status undefined when nothing came
 * @property {string | undefined} fault why not
 * @property {number} ms until its end
 * @property {import('undici').Dispatcher.ResponseData['headers']} headers
 * @property {Record<string, unknown>} json its members; none when it is no JSON object
 */

/**
 * Sends requests, so many at a time, each sender over a connection of its own.
 *
 * @param {object} options
 * @param {URL} options.url
 * @param {number} options.requests
 * @param {number} options.concurrency
 * @param {string} [options.method]
 * @param {Record<string, string>} [options.headers]
 * @param {string} [options.body]
 * @param {(sender: number) => string | undefined} [options.addressOf] this machine's address that a sender calls from
 * @param {(answer: Answer, serial: number) => void} onAnswer as they come; the serial counts requests from 1
 */
export async function sendAll(options, onAnswer) {
  const { requests, concurrency, addressOf = () => undefined } = options;
  let begun = 0;

  async function keepSending(sender) {
    const agent = new Agent({
      connections: 1,
      localAddress: addressOf(sender),
      connect: { timeout: LONGEST_WAIT_MS },
    });
    while (begun < requests) {
      begun += 1;
      const serial = begun;
      onAnswer(await send(options, agent), serial);
    }
    await agent.close();
  }

  await Promise.all(Array.from({ length: concurrency }, (_, sender) => keepSending(sender)));
}

async function send({ url, method = 'GET', headers = {}, body }, dispatcher) {
  const started = performance.now();
  const took = () => performance.now() - started;
  try {
    const response = await request(url, {
      method,
      headers,
      body,
      dispatcher,
      headersTimeout: LONGEST_WAIT_MS,
      bodyTimeout: LONGEST_WAIT_MS,
    });
    const json = jsonMembers(await textOf(response.body));
    return { status: response.statusCode, headers: response.headers, json, ms: took() };
  } catch (error) {
    return { fault: error.code ?? error.message, headers: {}, json: {}, ms: took() };
  }
}

async function textOf(body) {
  const chunks = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length <= LONGEST_READ_BYTES) chunks.push(chunk);
  }
  return length <= LONGEST_READ_BYTES ? Buffer.concat(chunks).toString() : '';
}

function jsonMembers(text) {
  try {
    return Object(JSON.parse(text));
  } catch {
    return {};
  }
}
