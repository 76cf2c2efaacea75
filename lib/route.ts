import { routeHandlers } from './gateway';
import { getRuntime } from './runtime';

/** What every route file of the app exports: the gateway knows what is served at the request's path. */
export const answerRoute = routeHandlers(async () => (await getRuntime()).gateway);
