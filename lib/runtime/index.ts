/**
 * The runtime: every long-lived part of a process, built from its configuration and joined here.
 *
 * Guarantees: one runtime for each process, whoever asks first; nothing is told to a part that is not
 * there yet. Never: a rule of its own about requests; those are the parts'.
 */
export { getRuntime, type Runtime } from './runtime';
