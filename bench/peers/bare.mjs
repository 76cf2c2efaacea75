import { createServer } from 'node:http';
import { quote } from './quote.mjs';

/** The yardstick: node:http and a constant, no limiter, no routing, no headers beyond the needed. */
const body = JSON.stringify(quote);
const head = { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) };

createServer((_request, response) => {
  response.writeHead(200, head);
  response.end(body);
}).listen(Number(process.env.PORT), '127.0.0.1');
