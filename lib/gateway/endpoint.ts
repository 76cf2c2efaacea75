import type { z } from 'zod';
import type { Call, Reply } from '../http';
import type { Limiter, MaybePromise } from '../limiter';

/** A request on its way: the call and what has been found out about it. */
export interface Exchange {
  readonly call: Call;
  readonly requestId: string;
  /** Identifier of the caller; reads the forwarded headers on first use. */
  readonly client: string;
}

export interface DocumentedAnswer {
  readonly description: string;
  readonly mediaType: string;
  /** None for bodies that are no JSON. */
  readonly schema?: z.ZodType;
}

export interface DocumentedParameter {
  readonly name: string;
  readonly description: string;
  readonly schema: z.ZodType;
}

/** What the OpenAPI document says about an operation. */
export interface Documentation {
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: string;
  readonly query?: readonly DocumentedParameter[];
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
}

/** One method of an endpoint. */
export interface Operation {
  readonly documentation: Documentation;
  handle(exchange: Exchange): MaybePromise<Reply>;
}

export type Method = 'GET';

/** One path that Floodgate answers itself. HEAD and OPTIONS follow from its methods. */
export interface Endpoint {
  readonly path: string;
  /** Holds the callers of every method, if any. */
  readonly limiter?: Limiter;
  readonly methods: Readonly<Partial<Record<Method, Operation>>>;
}
