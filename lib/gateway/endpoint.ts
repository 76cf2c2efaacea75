import type { z } from 'zod';
import type { Call } from '../http';
import type { MaybePromise } from '../limiter';
import type { Answer } from './handover';

/** A request on its way: the call and what has been found out about it. */
export interface Exchange {
  readonly call: Call;
  readonly requestId: string;
  /** Values of the `{name}` segments of the endpoint's path. */
  readonly params: Readonly<Record<string, string>>;
}

export interface DocumentedAnswer {
  readonly description: string;
  /** None for an answer without a body. */
  readonly mediaType?: string;
  /** Other forms of the same, as text. */
  readonly otherMediaTypes?: readonly string[];
  /** Names of response headers beyond those of every such answer. */
  readonly headers?: readonly string[];
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
  /** Request headers of meaning to this operation. */
  readonly headers?: readonly DocumentedParameter[];
  /** The `{name}` segments of the path. */
  readonly params?: readonly DocumentedParameter[];
  /** The JSON body that it takes. */
  readonly body?: z.ZodType;
  /** Whether a caller has to show admin credentials. */
  readonly isAdminOnly?: boolean;
  readonly answers: Readonly<Record<number, DocumentedAnswer>>;
}

/** One method of an endpoint. */
export interface Operation {
  readonly documentation: Documentation;
  /** Members that the body of its 429 has besides those of a problem. */
  readonly denied?: Readonly<Record<string, unknown>>;
  handle(exchange: Exchange): MaybePromise<Answer>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** One path that Floodgate answers itself. HEAD and OPTIONS follow from its methods. */
export interface Endpoint {
  /** A path, or a template of one: `/api/v1/admin/policies/{name}`. */
  readonly path: string;
  /** Whether policies apply to its callers; those of a control plane are held by none. */
  readonly isLimited?: boolean;
  /** Whether pages of other origins may never read it, whatever CORS_ORIGINS says. */
  readonly isPrivate?: boolean;
  /** Whether its GET operation answers every method, OPTIONS included. */
  readonly takesAnyMethod?: boolean;
  readonly methods: Readonly<Partial<Record<Method, Operation>>>;
}
