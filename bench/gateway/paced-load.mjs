import { Agent, request } from 'node:http';

const TICK_MS = 2;
/** One that fell behind must not open more connections at once than a listener keeps waiting. */
const MOST_PER_TICK = 50;

/**
 * @typedef {object} Outcome
 * @property {string} method
 * @property {number} dueMs when it had to be sent, by performance.now()
 * @property {number} sentMs
 * @property {number} endedMs
 * @property {number} status 0: no answer
 * @property {string} fault of an answer its Proxy-Status error; without an answer the error's code
 * @property {number | undefined} retryAfterSeconds
 */

/**
 * Sends requests at a steady pace whatever becomes of those before, as visitors do. Waits counted from
 * when a request was due can't be hidden by a generator that falls behind.
 * @param {{url: string, perSecond: number, methods?: readonly string[]}} options methods: taken in turn
 */
export function startPacedLoad({ url, perSecond, methods = ['GET'] }) {
  const agent = new Agent({ keepAlive: true, scheduling: 'lifo' });
  /** @type {Outcome[]} */
  const outcomes = [];
  const underWay = new Set();
  const startedMs = performance.now();
  let due = 0;
  const timer = setInterval(() => {
    const elapsedMs = performance.now() - startedMs;
    const latest = Math.min(due + MOST_PER_TICK, (elapsedMs * perSecond) / 1_000);
    for (; due <= latest; due++) {
      const dueMs = startedMs + (due * 1_000) / perSecond;
      const sent = send(methods[due % methods.length], dueMs).then((outcome) => {
        outcomes.push(outcome);
        underWay.delete(sent);
      });
      underWay.add(sent);
    }
  }, TICK_MS);

  function send(method, dueMs) {
    return new Promise((resolve) => {
      const sentMs = performance.now();
      const end = (status, fault, retryAfterSeconds) => {
        const endedMs = performance.now();
        resolve({ method, dueMs, sentMs, endedMs, status, fault, retryAfterSeconds });
      };
      const sending = request(url, { agent, method }, (response) => {
        const { statusCode, headers } = response;
        const fault = /error=(\w+)/.exec(headers['proxy-status'] ?? '')?.[1] ?? '';
        response.resume();
        response.once('end', () => end(statusCode, fault, numberIn(headers['retry-after'])));
        response.once('error', (error) => end(0, error.code));
      });
      sending.once('error', (error) => end(0, error.code));
      sending.end();
    });
  }

  return {
    /** Those that have ended so far. */
    outcomes,
    /**
     * Sends no more, and waits for those under way.
     * @returns {Promise<Outcome[]>}
     */
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
      agent.destroy();
      return outcomes;
    },
  };
}

function numberIn(text) {
  return text === undefined ? undefined : Number(text);
}
