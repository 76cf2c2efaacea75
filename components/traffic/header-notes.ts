import { parseRateLimitField } from './rate-limit-fields';

type Note = string | ((value: string) => string);

const NOTES: Readonly<Record<string, Note>> = {
  'ratelimit-policy': (value) =>
    sentences(value, ({ name, q, w }) => `${name} allows ${q} requests in each ${w} s.`) ??
    'The limits that applied.',
  ratelimit: (value) =>
    sentences(value, ({ name, r, t }) => `${r} left of ${name}; renewed in ${t} s.`) ??
    'What is left of each limit.',
  'x-ratelimit-limit': (value) => `The limit is ${value} requests a window.`,
  'x-ratelimit-remaining': (value) => `${value} more would be allowed in this window.`,
  'x-ratelimit-reset': (value) => `The window ends at ${unixTime(value)}, given in Unix seconds.`,
  'x-ratelimit-status': 'The store did not answer: this request passed without being counted.',
  'retry-after': (value) =>
    `Wait ${value} s and the next request is allowed; rounded up, so it is never too early.`,
  'x-request-id': 'Names this one request in logs; send your own and it is kept.',
  date: "The server's clock when it answered.",
  'cache-control': (value) =>
    value.includes('no-store') ? 'No cache may keep this answer.' : 'How long a cache may keep it.',
  'content-type': (value) =>
    value.includes('problem+json')
      ? 'The body is a problem document, RFC 9457.'
      : "The body's format.",
  'content-length': "The body's size in bytes.",
  connection: 'Whether the connection stays open for more requests.',
  'keep-alive': 'How long an idle connection is kept.',
  vary: 'Request headers that change the answer.',
  allow: 'The methods that this path takes.',
  'x-content-type-options': 'Browsers must believe the content type.',
  accept: 'The formats this page can read.',
  host: 'The address this page was loaded from.',
  'user-agent': 'Your browser, as it names itself.',
};

/** A sentence for a header that Floodgate knows. @param name lower case */
export function noteOnHeader(name: string, value: string): string | undefined {
  // Names come from outside, and every object has a `constructor`.
  const note = Object.hasOwn(NOTES, name) ? NOTES[name] : undefined;
  return typeof note === 'function' ? note(value) : note;
}

function sentences(
  field: string,
  say: (parts: Readonly<Record<string, string | number>>) => string,
): string | undefined {
  const members = parseRateLimitField(field);
  if (members.length === 0) return undefined;
  return members.map(({ name, parameters }) => say({ ...parameters, name })).join(' ');
}

function unixTime(seconds: string): string {
  const at = new Date(Number(seconds) * 1_000);
  return Number.isNaN(at.getTime()) ? seconds : `${at.toISOString().slice(11, 19)} UTC`;
}
