import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newRequestId, problem } from '../http';

interface ParserError extends Error {
  readonly code?: string;
}

/**
 * Answers what Node's parser refused (smuggling attempts, oversized or slow headers) as a problem,
 * and closes the connection: where a request ends on it is no longer certain.
 */
export function rejectMalformed(error: ParserError, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const requestId = newRequestId();
  const { status, headers, body } = problem(faultOf(error), '/', requestId);
  headers.push('X-Request-Id', requestId, 'Connection', 'close');
  let head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n`;
  for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`;
  socket.end(`${head}\r\n${body}`);
}

function faultOf({ code }: ParserError) {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return {
        status: 431,
        title: 'Request header fields too large',
        detail: 'Send less than 16 KiB of headers.',
      };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return {
        status: 408,
        title: 'Request timeout',
        detail: 'Send the headers within 10 s and the whole request within 30 s.',
      };
    default:
      return {
        status: 400,
        title: 'Bad request',
        detail: 'This is no well-formed HTTP/1.1 request.',
      };
  }
}
