import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * The yardstick: node:http in front of undici, fields copied both ways, no limiter, nothing told to anyone. A short
 * body is written with its end, which saves a tenth of a request's time.
 */
const { PORT, UPSTREAM } = process.env;
const pool = new Pool(UPSTREAM, { connections: 256 });
const OWN_FIELDS = new Set(['connection', 'host', 'keep-alive', 'transfer-encoding', 'upgrade']);

class Exchange {
  constructor(response) {
    this.response = response;
    this.contentLength = Number.NaN;
    this.whole = undefined;
  }

  onRequestStart(controller) {
    this.response.once('close', () => {
      if (!this.response.writableFinished) controller.abort(new Error('the client left'));
    });
  }

  onResponseStart(_controller, status, headers) {
    const fields = [];
    for (const name in headers) if (!OWN_FIELDS.has(name)) fields.push(name, headers[name]);
    this.contentLength = Number(headers['content-length']);
    this.response.writeHead(status, fields);
  }

  onResponseData(controller, chunk) {
    if (chunk.length === this.contentLength) this.whole = chunk;
    else if (!this.response.write(chunk)) {
      controller.pause();
      this.response.once('drain', () => controller.resume());
    }
  }

  onResponseEnd() {
    this.response.end(this.whole);
  }

  onResponseError() {
    if (this.response.headersSent) this.response.destroy();
    else this.response.writeHead(502).end();
  }
}

createServer((request, response) => {
  const { method, url, headers } = request;
  const fields = {};
  for (const name in headers) if (!OWN_FIELDS.has(name)) fields[name] = headers[name];
  const hasBody = 'content-length' in headers || 'transfer-encoding' in headers;
  const options = { method, path: url, headers: fields, body: hasBody ? request : null };
  pool.dispatch(options, new Exchange(response));
}).listen(Number(PORT), '127.0.0.1');
