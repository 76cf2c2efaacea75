/** Where JSON text breaks off making sense. */
export interface JsonFault {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

const DEEPEST = 64;
const SPACE = /[ \t\n\r]*/y;
const STRING = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const LITERAL = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;

class Broken extends Error {
  constructor(
    readonly at: number,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads JSON, and says where it is none: by line and column, which JSON.parse does only on newer Nodes. Unlike
 * that it refuses a member that an object has twice, of which the first would be lost in silence.
 */
export function parseJson(text: string): { value: unknown } | { fault: JsonFault } {
  try {
    check(text);
    return { value: JSON.parse(text) };
  } catch (error) {
    const at = error instanceof Broken ? error.at : 0;
    return { fault: { ...placeOf(text, at), message: (error as Error).message } };
  }
}

function check(text: string): void {
  let at = 0;

  function take(pattern: RegExp): string | undefined {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  }
  function fail(expected: string): never {
    const found = at < text.length ? JSON.stringify(text.charAt(at)) : 'the end';
    throw new Broken(at, `expected ${expected}, found ${found}`);
  }
  function has(character: string): boolean {
    take(SPACE);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  }
  function object(depth: number): void {
    if (has('}')) return;
    const names = new Set<string>();
    do {
      take(SPACE);
      const start = at;
      const written = take(STRING) ?? fail('a member name in double quotes');
      const name = String(JSON.parse(written));
      if (names.has(name)) throw new Broken(start, `${written} is there twice`);
      names.add(name);
      if (!has(':')) fail('":"');
      value(depth);
    } while (has(','));
    if (!has('}')) fail('"," or "}"');
  }
  function array(depth: number): void {
    if (has(']')) return;
    do value(depth);
    while (has(','));
    if (!has(']')) fail('"," or "]"');
  }
  function value(depth: number): void {
    take(SPACE);
    if (depth > DEEPEST) throw new Broken(at, `is nested deeper than ${DEEPEST}`);
    if (has('{')) object(depth + 1);
    else if (has('[')) array(depth + 1);
    else if (take(STRING) === undefined && take(LITERAL) === undefined) fail('a value');
  }

  value(0);
  take(SPACE);
  if (at < text.length) fail('the end');
}

function placeOf(text: string, at: number): { line: number; column: number } {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
