import { fileURLToPath } from 'node:url';
import { start } from './lib/child.mjs';
import { hasPages, plainNext, STOCK_PRICE, startFloodgate } from './lib/floodgate.mjs';
import { hasFastApi, python, SERVER_CORE } from './lib/machine.mjs';
import { REDIS_URL } from './lib/redis.mjs';

/**
 * @typedef {object} Candidate
 * @property {string} name
 * @property {'allowed' | 'denied'} path what its every answer must be
 * @property {boolean} usesRedis
 * @property {() => ReturnType<typeof start>} start
 */

const PORT = 3130;
const YARDSTICK_PORT = 3135;
export const URL_UNDER_TEST = urlOf(PORT);
export const YARDSTICK_URL = urlOf(YARDSTICK_PORT);

const PEERS = fileURLToPath(new URL('peers/', import.meta.url));
const WINDOW_SECONDS = '3600';
const LIMITS = { allowed: '1000000000', denied: '1' };

const uvicorn = [
  ...[python, '-m', 'uvicorn', 'fastapi_app:app', '--app-dir', PEERS],
  ...['--host', '127.0.0.1', '--port', String(PORT), '--no-access-log', '--log-level', 'warning'],
];

/** What the others are compared with: node:http and nothing else. */
export function startYardstick() {
  return startPeer(nodePeer('bare.mjs'), { PORT: String(YARDSTICK_PORT) });
}

/** @type {Candidate[]} */
export const candidates = [
  floodgate('Floodgate, memory', 'allowed'),
  floodgate('Floodgate, memory', 'denied'),
  floodgate('Floodgate, Redis', 'allowed', { usesRedis: true }),
  floodgate('Floodgate, Redis', 'denied', { usesRedis: true }),
  ...(hasPages ? [floodgate('Floodgate, next start', 'allowed', { command: plainNext })] : []),
  limited('Fastify, Redis', 'allowed', nodePeer('fastify.mjs')),
  limited('Fastify, Redis', 'denied', nodePeer('fastify.mjs')),
  limited('Express, Redis', 'allowed', nodePeer('express.mjs')),
  limited('Express, Redis', 'denied', nodePeer('express.mjs')),
  ...(hasFastApi
    ? [limited('FastAPI, Redis', 'allowed', uvicorn), limited('FastAPI, Redis', 'denied', uvicorn)]
    : []),
];

function floodgate(name, path, { usesRedis = false, command } = {}) {
  const env = {
    RATE_LIMIT_MAX: LIMITS[path],
    RATE_LIMIT_WINDOW: WINDOW_SECONDS,
    REDIS_URL: usesRedis ? REDIS_URL : '',
  };
  const role = command === plainNext ? 'all' : 'gateway';
  return { name, path, usesRedis, start: () => startFloodgate({ port: PORT, role, env, command }) };
}

function limited(name, path, command) {
  const env = {
    PORT: String(PORT),
    REDIS_URL,
    LIMIT: LIMITS[path],
    WINDOW_SECONDS,
    PYTHONDONTWRITEBYTECODE: '1',
  };
  return { name, path, usesRedis: true, start: () => startPeer(command, env) };
}

function nodePeer(file) {
  return [process.execPath, PEERS + file];
}

function startPeer(command, env) {
  return start({ command, env, core: SERVER_CORE });
}

function urlOf(port) {
  return `http://127.0.0.1:${port}${STOCK_PRICE}`;
}
