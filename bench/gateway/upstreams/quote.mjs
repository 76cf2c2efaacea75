import { LOAD_CORE } from '../../lib/machine.mjs';
import { quote } from '../../peers/quote.mjs';
import { PATH } from '../configuration.mjs';
import { startNginx } from '../nginx.mjs';
import { UPSTREAM_PORT, urlOf } from '../ports.mjs';

/** The quickest upstream there is: nginx and a constant, on the core of the load. */
export function startQuoteUpstream() {
  return startNginx({
    core: LOAD_CORE,
    url: urlOf(UPSTREAM_PORT) + PATH,
    http: `
  server {
    listen 127.0.0.1:${UPSTREAM_PORT} backlog=4096;
    default_type application/json;
    location / { return 200 '${JSON.stringify(quote)}'; }
  }`,
  });
}
