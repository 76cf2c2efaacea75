import { z } from 'zod';
import { parseTarget } from '../../http';

const LONGEST_PATTERN = 512;
const MOST_SEGMENTS = 24;

/** The methods of RFC 9110 and PATCH; a policy without methods takes any. */
export const methodSchema = z.enum([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'CONNECT',
]);

const SEGMENT =
  /^(?::[A-Za-z][A-Za-z0-9_]{0,63}|[A-Za-z0-9._~!$&'()+,=@%-][A-Za-z0-9._~!$&'()+,=:@%-]*)$/;

/** `/users/:id`, `/api/*`: segments are literal, `:any one segment`, or a last `*` for all below. */
export const pathPatternSchema = z
  .string()
  .max(LONGEST_PATTERN)
  .superRefine((pattern, context) => {
    const message = patternFault(pattern);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

function patternFault(pattern: string): string | undefined {
  if (!pattern.startsWith('/')) return 'start with /';
  if (pattern === '/') return undefined;
  const segments = pattern.slice(1).split('/');
  if (segments.length > MOST_SEGMENTS) return `use at most ${MOST_SEGMENTS} segments`;
  if (segments.at(-1) === '*') segments.pop();
  for (const segment of segments) {
    if (segment === '*') return 'use * as the last segment only; one segment in between is :name';
    if (!SEGMENT.test(segment))
      return `${segment === '' ? 'an empty segment' : segment} can't be matched`;
  }
  const literal = pattern.replace(/\/\*$/, '') || '/';
  const normal = parseTarget(literal)?.path;
  return normal === literal
    ? undefined
    : `write the path in its normal form${normal ? `, ${normal}` : ''}`;
}

/** `api.example.org`, or `*.example.org` for every name below. */
const hostSchema = z
  .string()
  .max(253)
  .regex(
    /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/,
    'use a host name in lower case without a port, such as api.example.org or *.example.org',
  );

/** Which requests are meant. What is left out does not matter. */
export const matchSchema = z.strictObject({
  hosts: z
    .array(hostSchema)
    .max(100)
    .default([])
    .describe('Host names; `*.` in front for every name below. None: any.'),
  paths: z
    .array(pathPatternSchema)
    .min(1)
    .max(100)
    .default(['/*'])
    .describe('Path patterns, held against the normalised path without regard to case.'),
  methods: z.array(methodSchema).default([]).describe('None: any.'),
});

export type Match = z.output<typeof matchSchema>;
