interface Rule {
  readonly pattern: RegExp;
  readonly isException: boolean;
}

/**
 * Reads a .dockerignore. The last rule that matches a path or a folder above it decides.
 * @returns whether a path, relative to the context, stays out of it
 */
export function readDockerIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map(readRule);
  return (path) => {
    const places = path.split('/').map((_, depth, parts) => parts.slice(0, depth + 1).join('/'));
    const last = rules.findLast(({ pattern }) => places.some((place) => pattern.test(place)));
    return last !== undefined && !last.isException;
  };
}

function readRule(line: string): Rule {
  const isException = line.startsWith('!');
  const source = line
    .slice(isException ? 1 : 0)
    .replace(/^\/|\/$/g, '')
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*\*\/?|\*|\?/g, (wildcard) => WILDCARDS[wildcard] ?? wildcard);
  return { pattern: new RegExp(`^${source}$`), isException };
}

const WILDCARDS: Readonly<Record<string, string>> = {
  '**/': '(?:.*/)?',
  '**': '.*',
  '*': '[^/]*',
  '?': '[^/]',
};
