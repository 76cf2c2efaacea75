import type { IncomingHttpHeaders } from 'node:http';
import {
  type CachedAnswer,
  type CacheRequest,
  createResponseCache,
  type Forward,
  type HeadVerdict,
  type ResponseCache,
  type ResponseCacheOptions,
} from '../../lib/gateway/cache';

/** Unix ms at which every test begins, on a whole second. */
export const START_MS = Date.UTC(2031, 4, 6, 12);

export interface TestAnswer {
  readonly status?: number;
  readonly headers?: IncomingHttpHeaders;
  readonly body?: string;
}

/** What a client got and whether the upstream was asked. */
export interface Outcome {
  readonly isHit: boolean;
  readonly status: number;
  readonly body: string;
  readonly cacheStatus: string;
  readonly fields: Readonly<Record<string, string>>;
  /** What was sent to revalidate. */
  readonly conditions: Readonly<Record<string, string>> | undefined;
}

/** A cache between a client and an upstream whose answers are given, at times that are given. */
export class CachedExchange {
  readonly cache: ResponseCache;
  private nowMs = START_MS;

  constructor(options: ResponseCacheOptions = {}) {
    this.cache = createResponseCache(options);
  }

  /** Lets time pass. */
  after(seconds: number): this {
    this.nowMs += seconds * 1_000;
    return this;
  }

  /** One request and, where the upstream is asked, its answer. */
  get(request: Partial<CacheRequest>, upstream: TestAnswer = {}): Outcome {
    const lookup = this.cache.lookup(requestTo(request), this.nowMs);
    if (lookup.kind === 'hit') return outcomeOf(lookup.answer, true);
    if (lookup.kind === 'not-cached') return plain(504, '', lookup.cacheStatus);
    const { status = 200, headers = {}, body = '' } = upstream;
    const verdict = lookup.onHead(status, this.dated(headers), this.nowMs);
    if (verdict.kind === 'revalidated') {
      return outcomeOf(verdict.answer, false, lookup.conditions);
    }
    record(verdict, body);
    return plain(status, body, verdict.cacheStatus, lookup.conditions);
  }

  /** A request whose upstream has not answered yet. */
  begin(request: Partial<CacheRequest> = {}): Forward {
    const lookup = this.cache.lookup(requestTo(request), this.nowMs);
    if (lookup.kind !== 'forward') throw new Error(`the cache answered: ${lookup.kind}`);
    return lookup;
  }

  /** The answer to a request that was begun. */
  finish(begun: Forward, { status = 200, headers = {}, body = '' }: TestAnswer): void {
    const verdict = begun.onHead(status, this.dated(headers), this.nowMs);
    record(verdict, body);
  }

  /** What may be served now that the upstream of a request has failed. */
  fail(begun: Forward): Outcome | undefined {
    const answer = begun.stale(this.nowMs);
    return answer && outcomeOf(answer, false);
  }

  private dated(headers: IncomingHttpHeaders): IncomingHttpHeaders {
    return { date: new Date(this.nowMs).toUTCString(), ...headers };
  }
}

export function requestTo(request: Partial<CacheRequest>): CacheRequest {
  return {
    route: 'shop',
    host: 'shop.example',
    method: 'GET',
    url: '/shoes',
    headers: {},
    isIdentified: false,
    ...request,
  };
}

function record(verdict: HeadVerdict, body: string): void {
  if (verdict.kind !== 'store') return;
  verdict.body.add(Buffer.from(body));
  verdict.body.complete();
}

function plain(
  status: number,
  body: string,
  cacheStatus: string,
  conditions?: Readonly<Record<string, string>>,
): Outcome {
  return { isHit: false, status, body, cacheStatus, fields: {}, conditions };
}

function outcomeOf(
  { status, headers, body }: CachedAnswer,
  isHit: boolean,
  conditions?: Readonly<Record<string, string>>,
): Outcome {
  const fields: Record<string, string> = {};
  for (let i = 0; i < headers.length; i += 2) fields[headers[i] ?? ''] = headers[i + 1] ?? '';
  const cacheStatus = fields['cache-status'] ?? '';
  return { isHit, status, body: body.toString(), cacheStatus, fields, conditions };
}
