/** A value that is often there already. Waiting for it only when it is not keeps memory decisions, and cached denials, within one turn. */
export type MaybePromise<T> = T | Promise<T>;
