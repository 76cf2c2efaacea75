/**
 * The gateway: the way of a request. Front door → identify → decide → handle → reply.
 *
 * An endpoint is written once, as functions from an exchange to a reply; the front door writes
 * replies to sockets, the Next adapter makes web Responses of the same.
 *
 * Guarantees: every answer carries a request id; every limited answer its limits; every error is
 * problem+json without a stack or an inner name. Never: reads a request's body, waits for anything
 * but the limiter.
 */
export { createAssetServer } from './assets';
export type { Endpoint } from './endpoint';
export { documentationEndpoints, openApiEndpoint } from './endpoints/documentation';
export { type Health, healthEndpoints, healthOf, type Replica } from './endpoints/health';
export { pingEndpoint } from './endpoints/ping';
export { type RateStatus, rateStatusEndpoint, rateStatusOf } from './endpoints/rate-status';
export { stockPriceEndpoint } from './endpoints/stock-price';
export { createFrontDoor } from './front-door';
export { createGateway, type Gateway } from './gateway';
export { routeHandlers } from './next-adapter';
export { PEER_HEADER, preparePageRequest, preparePeer } from './page-request';
export type { Quote } from './quote';
