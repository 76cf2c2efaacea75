import { fileURLToPath } from 'node:url';
import { ask, start } from '../lib/child.mjs';
import { LONG_WINDOW_SECONDS } from '../lib/floodgate.mjs';
import { SERVER_CORE } from '../lib/machine.mjs';
import { REDIS_URL } from '../lib/redis.mjs';
import { callers, keyHolder } from '../policies/admission.mjs';
import { configurationOf, PATH } from './configuration.mjs';
import { startGateway } from './floodgate.mjs';
import { haproxyVersion, startHaproxy } from './haproxy.mjs';
import { startNginx } from './nginx.mjs';
import { OTHER_PORT, SUBJECT_PORT, UPSTREAM_PORT, urlOf } from './ports.mjs';
import { readyServer } from './ready-server.mjs';

/**
 * @typedef {object} Candidate
 * @property {string} name
 * @property {'allowed' | 'denied'} path what its every answer must be after the first, which is allowed
 * @property {Record<string, string>} headers of every request
 * @property {boolean} usesRedis
 * @property {() => Promise<{pid: number, stop: () => Promise<void>}>} start asks it once
 */

export const URL_UNDER_TEST = urlOf(SUBJECT_PORT) + PATH;
export const YARDSTICK_URL = urlOf(OTHER_PORT) + PATH;
/** What others are told to be times of. */
export const FASTIFY = '@fastify/http-proxy and rate-limit, Redis';

const QUOTAS = { allowed: 1_000_000_000, denied: 1 };
const NO_HEADERS = {};

/** What allowed requests are compared with, and what denied ones are. */
export const yardsticks = {
  allowed: {
    name: 'bare node:http to undici',
    start: () => startNode(ownFile('peers/bare-proxy.mjs'), OTHER_PORT),
  },
  denied: {
    name: 'bare node:http, a constant',
    start: () => startNode(ownFile('../peers/bare.mjs'), OTHER_PORT),
  },
};

/** @type {Candidate[]} */
export const candidates = [
  floodgate('IP address', 'allowed'),
  floodgate('API key', 'allowed'),
  fastify('allowed'),
  nginx('allowed'),
  ...(haproxyVersion === undefined ? [] : [haproxy('allowed')]),
  floodgate('IP address', 'denied'),
  floodgate('API key', 'denied'),
  fastify('denied'),
  nginx('denied'),
  ...(haproxyVersion === undefined ? [] : [haproxy('denied')]),
];

function floodgate(caller, path) {
  const headers = callers[caller];
  return {
    name: `Floodgate, Redis, by ${caller}`,
    path,
    headers,
    usesRedis: true,
    async start() {
      const configuration = configurationOf({ quota: QUOTAS[path], ...keyHolder });
      const gateway = await startGateway({ configuration });
      await ask(URL_UNDER_TEST, { headers });
      return gateway;
    },
  };
}

function fastify(path) {
  return {
    name: FASTIFY,
    path,
    headers: NO_HEADERS,
    usesRedis: true,
    start: () =>
      startNode(ownFile('peers/fastify-proxy.mjs'), SUBJECT_PORT, {
        REDIS_URL,
        LIMIT: String(QUOTAS[path]),
        WINDOW_SECONDS: String(LONG_WINDOW_SECONDS),
      }),
  };
}

function nginx(path) {
  // Its limit is a rate; the second request within a minute is refused.
  const rate = path === 'denied' ? '1r/m' : '1000000r/s';
  const burst = path === 'denied' ? '' : 'burst=1000000 nodelay';
  const http = `
  limit_req_zone $binary_remote_addr zone=clients:10m rate=${rate};
  limit_req_status 429;
  limit_req_log_level info;
  upstream quotes {
    server 127.0.0.1:${UPSTREAM_PORT};
    keepalive 256;
    keepalive_requests 1000000000;
  }
  server {
    listen 127.0.0.1:${SUBJECT_PORT} backlog=4096;
    location / {
      limit_req zone=clients ${burst};
      proxy_pass http://quotes;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
    }
  }`;
  return {
    name: 'nginx proxy_pass and limit_req',
    path,
    headers: NO_HEADERS,
    usesRedis: false,
    start: () => startNginx({ http, url: URL_UNDER_TEST, core: SERVER_CORE }),
  };
}

function haproxy(path) {
  const sections = `
frontend clients
  bind 127.0.0.1:${SUBJECT_PORT}
  option forwardfor
  stick-table type ip size 100k expire 1h store http_req_rate(1h)
  http-request track-sc0 src
  http-request deny deny_status 429 if { sc_http_req_rate(0) gt ${QUOTAS[path]} }
  default_backend quotes

backend quotes
  server quotes 127.0.0.1:${UPSTREAM_PORT}`;
  return {
    name: 'HAProxy and a stick table',
    path,
    headers: NO_HEADERS,
    usesRedis: false,
    start: () => startHaproxy({ sections, url: URL_UNDER_TEST, core: SERVER_CORE }),
  };
}

function startNode(file, port, env = {}) {
  const server = start({
    command: [process.execPath, file],
    env: { PORT: String(port), UPSTREAM: urlOf(UPSTREAM_PORT), ...env },
    core: SERVER_CORE,
  });
  return readyServer(server, { url: urlOf(port) + PATH });
}

function ownFile(path) {
  return fileURLToPath(new URL(path, import.meta.url));
}
