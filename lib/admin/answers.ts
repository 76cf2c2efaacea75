import { json, type Reply } from '../http';

/** An answer that tells a version, which a later change may name in If-Match. */
export function versioned(
  status: number,
  body: { readonly version: number; readonly [member: string]: unknown },
  ...headers: string[]
): Reply {
  return json(status, body, 'ETag', `"${body.version}"`, ...headers);
}
