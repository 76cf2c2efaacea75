import { createServer } from 'node:http';

/** Between two events, ms. */
const { PORT, EVERY_MS } = process.env;
const streams = new Set();
let sequence = 0;

/** Server-Sent Events to everybody at once, each with its number and when it was sent. `/open` tells how many listen. */
createServer((request, response) => {
  if (request.url === '/ready' || request.url?.endsWith('/open')) {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ open: streams.size }));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write(': welcome\n\n');
  streams.add(response);
  response.once('close', () => streams.delete(response));
}).listen({ port: Number(PORT), host: '127.0.0.1', backlog: 4_096 });

setInterval(() => {
  sequence += 1;
  const atMs = performance.timeOrigin + performance.now();
  const event = `data: ${JSON.stringify({ sequence, atMs })}\n\n`;
  for (const stream of streams) stream.write(event);
}, Number(EVERY_MS));
