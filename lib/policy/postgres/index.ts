/**
 * Configuration in PostgreSQL: for replicas on several machines.
 *
 * Guarantees: a version is one transaction; every replica follows within a second by NOTIFY, and within
 * seconds without; a database that is away leaves the last revision in force, from disk if need be.
 * Never: runs SQL made of what somebody wrote.
 */
export { createPostgresRepository, type PostgresRepositoryOptions } from './postgres-repository';
