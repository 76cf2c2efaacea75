import { z } from 'zod';
import { invalidInput, RefusedError } from '../gateway';
import type { Call } from '../http';
import { faultsOf } from './faults';

const KIBIBYTE = 1_024;
const MEBIBYTE = KIBIBYTE * KIBIBYTE;
const LARGEST_BODY = MEBIBYTE;
/** Of a whole configuration. */
export const LARGEST_CONFIGURATION = 64 * MEBIBYTE;

/** The body of a request that needs none: `{}`, or nothing at all. */
export const nothingSchema = z.strictObject({}).prefault({});

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;

/**
 * The JSON body of a request. Where the schema takes undefined, no body at all will do.
 * @throws RefusedError 400, 413 or 415
 */
export async function readJson<S extends z.ZodType>(
  call: Call,
  schema: S,
  maxBytes = LARGEST_BODY,
): Promise<z.output<S>> {
  const type = call.header('content-type');
  if (type !== undefined && !JSON_TYPE.test(type)) throw unsupported();
  const text = await call.body(maxBytes).catch(() => {
    throw brokenOff();
  });
  if (text === undefined) throw tooLarge(maxBytes);
  if (text !== '' && type === undefined) throw unsupported();
  return parsed(schema, text === '' ? undefined : parseJson(text));
}

/** @throws RefusedError 400 with every fault */
export function parsed<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput(faultsOf(result.error));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalidInput([{ path: '', message: 'the body is no well-formed JSON' }]);
  }
}

/** Nobody is there any more to read it. */
function brokenOff(): RefusedError {
  return invalidInput([{ path: '', message: 'the body broke off' }]);
}

function unsupported(): RefusedError {
  const detail = 'Send the body as Content-Type: application/json.';
  return new RefusedError({ title: 'Unsupported media type', status: 415, detail });
}

function tooLarge(maxBytes: number): RefusedError {
  const detail = `Send at most ${maxBytes / MEBIBYTE} MiB.`;
  return new RefusedError({ title: 'Content too large', status: 413, detail });
}
