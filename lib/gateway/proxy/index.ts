/**
 * The proxy: the way of one forwarded exchange. Headers are made for the next hop, bodies streamed both
 * ways with back-pressure, attempts made until one target answers, upgrades joined.
 *
 * Guarantees: an upstream comes from configuration only; hop-by-hop fields, Floodgate's credentials and
 * whatever a client claims to have been forwarded go no further; a client that leaves cancels its attempt;
 * an answer that breaks off upstream breaks off for the client too; nothing is sent twice that may have
 * had an effect, nor after an answer began. Never: buffers a body, follows a redirect, decompresses.
 */
export { createForwarder, type Forward, type ForwarderOptions } from './forwarder';
