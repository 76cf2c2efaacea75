import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { programPath } from '../debian-packages.mjs';
import { ROOT } from '../paths.mjs';
import { Part } from './part.mjs';

/**
 * Fills a template in as envsubst does: only names that are given, in braces.
 *
 * @param {string} template
 * @param {Readonly<Record<string, string>>} values
 */
export function fillIn(template, values) {
  return template.replace(/\$\{([A-Z][A-Z0-9_]*)\}/g, (whole, name) => values[name] ?? whole);
}

/** The balancer, by deploy/nginx.conf. */
export function nginxPart({ port, gatewayPorts, folder, ...common }) {
  const runFolder = join(folder, 'nginx');
  mkdirSync(runFolder);
  const configuration = join(runFolder, 'nginx.conf');
  const [first, second, third] = gatewayPorts;
  const template = readFileSync(join(ROOT, 'deploy', 'nginx.conf'), 'utf8');
  const filled = fillIn(template, {
    RUN_FOLDER: runFolder,
    LISTEN: `127.0.0.1:${port}`,
    RESOLVER: '127.0.0.1',
    GATEWAY_1: `127.0.0.1:${first}`,
    GATEWAY_2: `127.0.0.1:${second}`,
    GATEWAY_3: `127.0.0.1:${third}`,
  });
  writeFileSync(configuration, filled);
  return new Part({
    ...common,
    name: 'nginx',
    command: programPath('nginx'),
    args: ['-p', runFolder, '-e', 'stderr', '-c', configuration, '-g', 'daemon off;'],
    folder: runFolder,
    isReady: () => accepts(port),
    stopSignal: 'SIGTERM',
  });
}

function accepts(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
