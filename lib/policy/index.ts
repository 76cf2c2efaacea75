/**
 * Policies: what applies to whom. Today a fixed set, resolved once at start.
 *
 * Guarantees: every limit that leaves this folder has passed its schema.
 */
export { defaultPolicies, type Policies, type StockPriceQuota } from './policies';
