import { connect } from 'node:net';
import { platform } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentMib } from '../../lib/machine.mjs';
import { table, whole } from '../../lib/table.mjs';
import { configurationOf, PATH } from '../configuration.mjs';
import { startGateway } from '../floodgate.mjs';
import { SUBJECT_PORT } from '../ports.mjs';
import { startQuoteUpstream } from '../upstreams/quote.mjs';

/** Opened at one time: within what a listener keeps waiting. */
const OPENED_AT_ONCE = 200;
const WARM_UP_CONNECTIONS = 500;
const SETTLE_MS = 3_000;
const ASKED_AGAIN = 500;
const ANSWER_MS = 10_000;
const REQUEST = `GET ${PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;

/** Many clients that each asked once through the route and stay connected. */
export async function measure({ options }) {
  const upstream = await startQuoteUpstream();
  try {
    const gateway = await startGateway({ configuration: configurationOf() });
    try {
      for (const socket of await openAll(WARM_UP_CONNECTIONS)) socket.destroy();
      await sleep(SETTLE_MS);
      const beforeMib = residentMib(gateway.pid);
      const startedAt = performance.now();
      const sockets = await openAll(options.idle);
      const openedMs = performance.now() - startedAt;
      const openMib = residentMib(gateway.pid);
      await sleep(SETTLE_MS);
      const idleMib = residentMib(gateway.pid);
      const open = sockets.filter((socket) => !socket.destroyed && socket.readable).length;
      if (open !== options.idle) throw new Error(`idle: ${open} of ${options.idle} stayed open`);
      // All over them, so that what is said to be open is seen to be served.
      const step = Math.max(1, Math.floor(sockets.length / ASKED_AGAIN));
      for (let i = 0; i < sockets.length; i += step) await ask(sockets[i]);
      for (const socket of sockets) socket.destroy();
      return {
        connections: options.idle,
        opened_ms: openedMs,
        before_mib: beforeMib,
        open_mib: openMib,
        idle_mib: idleMib,
      };
    } finally {
      await gateway.stop();
    }
  } finally {
    await upstream.stop();
  }
}

async function openAll(count) {
  const sockets = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: OPENED_AT_ONCE }, async () => {
      while (next < count) {
        const socket = connect({ ...sourceOf(next++), port: SUBJECT_PORT, host: '127.0.0.1' });
        sockets.push(socket);
        await ask(socket);
      }
    }),
  );
  return sockets;
}

/** On Linux all of 127.0.0.0/8 is this machine, and each address has ports of its own. */
function sourceOf(index) {
  return platform() === 'linux' ? { localAddress: `127.0.0.${2 + (index % 4)}` } : {};
}

/** One request and its answer, which is a short JSON object. */
function ask(socket) {
  return new Promise((resolve, reject) => {
    let answer = '';
    const settle = (error) => {
      clearTimeout(timer);
      socket.off('data', onData).off('error', settle).off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onData = (chunk) => {
      answer += chunk.toString('latin1');
      if (!answer.endsWith('}')) return;
      settle(answer.startsWith('HTTP/1.1 200 ') ? undefined : new Error(`idle: ${answer}`));
    };
    const onClose = () => settle(new Error('idle: a connection was closed'));
    const timer = setTimeout(() => settle(new Error('idle: no answer')), ANSWER_MS);
    socket.on('data', onData).once('error', settle).once('close', onClose);
    socket.write(REQUEST);
  });
}

export function render(run) {
  const mib = (value) => value?.toFixed(0) ?? 'unknown';
  const each = ((run.idle_mib - run.before_mib) * 1_024) / run.connections;
  return `Each connection has been answered once through the route, then says nothing; every ${whole(Math.max(1, Math.floor(run.connections / ASKED_AGAIN)))}th is asked again at the end.

${table(
  [
    'Connections',
    'Opened within, s',
    'Resident before, MiB',
    'When all are open',
    `${SETTLE_MS / 1_000} s later`,
    'KiB for each',
  ],
  [
    [
      whole(run.connections),
      (run.opened_ms / 1_000).toFixed(1),
      mib(run.before_mib),
      mib(run.open_mib),
      mib(run.idle_mib),
      each.toFixed(1),
    ],
  ],
)}`;
}
