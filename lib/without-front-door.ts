import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { NodeCall, preparePageRequest, preparePeer } from './gateway';
import { parseTarget } from './http';
import { getRuntime } from './runtime';
import { startUpFaults } from './start-up-faults';

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
  const runtime = await getRuntime().catch(stopOnBadConfig);
  const { gateway, admin } = runtime;
  if (admin?.madeToken !== undefined) {
    console.log(`admin token, made just now and shown this once: ${admin.madeToken}`);
  }
  // Next ends the process by itself; what is not written down yet is written meanwhile.
  process.once('SIGTERM', () => void runtime.close());
  process.once('SIGINT', () => void runtime.close());
  const isDevelopment = process.env.NODE_ENV === 'development';
  subscribe('http.server.request.start', (message) => {
    const { request, response } = message as RequestStart;
    const target = parseTarget(request.url ?? '/');
    if (target && gateway.serves(new NodeCall(request, target))) preparePeer(request);
    else preparePageRequest(request, response, isDevelopment);
  });
}

function stopOnBadConfig(error: unknown): never {
  const faults = startUpFaults(error);
  if (faults === undefined) throw error;
  for (const fault of faults) console.error(`error: ${fault}`);
  process.exit(1);
}
