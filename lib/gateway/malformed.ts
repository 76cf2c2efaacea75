import { ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { newRequestId, problem } from '../http';

interface ParserError extends Error {
  readonly code?: string;
}

/**
 * Answers what Node's parser refused (smuggling attempts, oversized or slow headers) as a problem,
 * and closes the connection: where a request ends on it is no longer certain. Where an answer to an
 * earlier request is under way it only closes: the problem would be taken for that answer, or for a
 * part of it.
 */
export function rejectMalformed(error: ParserError, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable || isAnswering(socket)) {
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

/**
 * Whether an answer has begun on it, or is owed to a request that had come whole. Node tells of it in no
 * public way, and looks there itself for the errors that nobody listens to.
 */
function isAnswering(socket: Duplex): boolean {
  const response = '_httpMessage' in socket ? socket._httpMessage : undefined;
  if (!(response instanceof ServerResponse)) return false;
  return response.headersSent || response.req.complete;
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
