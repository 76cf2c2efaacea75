import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConfigError } from './config';
import { preparePageRequest, preparePeer } from './gateway';
import { parseTarget } from './http';
import { getRuntime } from './runtime';

interface RequestStart {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Starts the runtime under a server of Next's own, and does to each of its requests what the front
 * door would have done before handing it over. Node announces every request on a diagnostics
 * channel before the server sees it; Next itself offers no place where the socket is still known.
 */
export async function openWithoutFrontDoor(): Promise<void> {
  const { gateway } = await getRuntime().catch(stopOnBadConfig);
  const isDevelopment = process.env.NODE_ENV === 'development';
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as RequestStart;
    const path = parseTarget(request.url ?? '/')?.path;
    if (path !== undefined && gateway.serves(path)) preparePeer(request);
    else preparePageRequest(request, response, isDevelopment);
  });
}

function stopOnBadConfig(error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  for (const fault of error.faults) console.error(`error: ${fault}`);
  process.exit(1);
}
