import { connect } from 'node:net';

// A process of its own, so that reading does not cost who is measured: opens streams of the live feed when
// it is told to, reads them without looking but for the first, and tells what came.

const PER_ADDRESS = 20;

/** @type {import('node:net').Socket[]} */
let sockets = [];
let bytes = 0;
let sample = '';
/** How often they were opened: each time from other addresses, since one may begin few streams in a while. */
let opened = 0;

process.on('message', async ({ kind, ...message }) => {
  if (kind === 'open') process.send({ kind, ...(await open(message)) });
  else if (kind === 'tell') process.send({ kind, ...tell() });
  else if (kind === 'close') process.send({ kind, ...(await close()) });
});
process.once('disconnect', () => process.exit());

async function open({ host, port, path, count, headers }) {
  sample = '';
  opened += 1;
  sockets = await Promise.all(
    Array.from({ length: count }, (_, index) => watch({ host, port, path, headers, index })),
  );
  tell();
  return { open: sockets.length };
}

function watch({ host, port, path, headers, index }) {
  const client = Math.floor(index / PER_ADDRESS);
  const fields = {
    Host: host,
    'X-Forwarded-For': `10.${opened & 255}.${client >> 8}.${client & 255}`,
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const onread = {
      buffer: Buffer.allocUnsafe(64 * 1_024),
      callback(length, buffer) {
        bytes += length;
        if (index === 0) sample += buffer.toString('latin1', 0, length);
        if (socket.hasAnswer) return true;
        socket.hasAnswer = true;
        if (buffer.toString('latin1', 0, 15) === 'HTTP/1.1 200 OK') resolve(socket);
        else reject(new Error(buffer.toString('latin1', 0, length)));
        return true;
      },
    };
    const socket = connect({ host, port, onread }, () => {
      socket.write(`GET ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
    });
    socket.once('error', reject);
  });
}

/** Since it was asked last. */
function tell() {
  const told = {
    bytes,
    open: sockets.filter(({ destroyed }) => !destroyed).length,
    seconds: [...sample.matchAll(/"at":(\d+),"allowed"/g)].map(([, at]) => Number(at)),
  };
  bytes = 0;
  return told;
}

async function close() {
  const told = tell();
  await Promise.all(
    sockets.map((socket) => {
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.destroy();
      return closed;
    }),
  );
  sockets = [];
  return told;
}
