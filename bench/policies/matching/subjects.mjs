import createRouter from 'find-my-way';
import { configurationOf, hostsConfigurationOf, hostsOf, pathsOf } from './configurations.mjs';

const byPath = { configurationOf, requestsOf: pathsOf };

/**
 * Ways to find what applies to a request. `open` gives a function from a path, or a host, to how many
 * policies were found; `findsAll` and those of the same configuration have to agree.
 */
export const subjects = [
  {
    name: 'Floodgate, all that match',
    ...byPath,
    findsAll: true,
    open(lib, configuration) {
      const { snapshot, call } = openSnapshot(lib, configuration);
      return (path) => {
        call.path = path;
        return snapshot.policiesFor(call).length;
      };
    },
  },
  {
    name: 'Floodgate, one path of so many hosts',
    configurationOf: hostsConfigurationOf,
    requestsOf: hostsOf,
    findsAll: false,
    open(lib, configuration) {
      const { snapshot, call } = openSnapshot(lib, configuration);
      return (host) => {
        call.host = host;
        return snapshot.policiesFor(call).length;
      };
    },
  },
  {
    name: 'find-my-way, the best one',
    ...byPath,
    findsAll: false,
    open(_lib, { policies }) {
      const router = createRouter();
      for (const { match } of policies) router.on('GET', match.paths[0], () => undefined);
      return (path) => (router.find('GET', path) === null ? 0 : 1);
    },
  },
  {
    name: 'one by one, all that match',
    ...byPath,
    findsAll: true,
    open(_lib, { policies }) {
      const expressions = policies.map(({ match }) => expressionOf(match.paths[0]));
      return (path) => {
        let found = 0;
        for (const expression of expressions) if (expression.test(path)) found += 1;
        return found;
      };
    },
  },
];

function openSnapshot(lib, configuration) {
  const compile = lib.createCompiler(lib.createMemoryStore());
  const call = {
    method: 'GET',
    path: '/api/v1/resource',
    query: '',
    peerAddress: '',
    host: 'localhost',
    header: (name) => (name === 'host' ? call.host : undefined),
  };
  return { snapshot: compile({ version: 1, configuration }), call };
}

function expressionOf(pattern) {
  const source = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/:[a-z]+/g, '[^/]+')
    .replace(/\/\*$/, '(?:/.*)?');
  return new RegExp(`^${source}$`);
}
