/**
 * Identity: who is asking. Today that is the client's IP address, read so that nobody can choose it.
 *
 * Guarantees: one client has one identifier, whatever the notation or however many addresses of its
 * IPv6 network it uses; a forwarded header counts only when a trusted proxy sent it.
 */
export { type ClientIpReader, createClientIpReader } from './client-ip';
