import { createServer } from 'node:http';

/** Answers everything after DELAY_MS, so that there is always something in flight. */
const { PORT, DELAY_MS } = process.env;
const body = JSON.stringify({ message: 'done' });

createServer((request, response) => {
  request.resume();
  setTimeout(() => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
  }, Number(DELAY_MS));
}).listen({ port: Number(PORT), host: '127.0.0.1', backlog: 4_096 });
