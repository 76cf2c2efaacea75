const SLASH = 47;
const BELOW = '/*';

interface Leaf<T> {
  readonly value: T;
  /** Of its `:parameters`, in order. */
  readonly names: readonly string[];
}

interface Node<T> {
  /** What leads here from the node above; empty for the root and for what follows a parameter. */
  text: string;
  /** By the first character of their text. */
  children: Map<number, Node<T>> | undefined;
  /** What follows any one segment. */
  afterSegment: Node<T> | undefined;
  /** Patterns that end here. */
  here: Leaf<T>[] | undefined;
  /** Patterns that take this path and all below it. */
  below: Leaf<T>[] | undefined;
}

export interface Found<T> {
  readonly value: T;
  /** The segments that the pattern's `:parameters` stand for. */
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Path patterns as a compressed radix tree: a lookup costs as much as the path is long and as many
 * patterns as match it, however many there are.
 *
 * In a pattern `:name` is exactly one segment, and `/*` at its end the path before it and everything
 * below. All else stands for itself, case included.
 */
export class PathTree<T> {
  private readonly root: Node<T> = nodeOf('');

  add(pattern: string, value: T): void {
    const isBelow = pattern.endsWith(BELOW);
    const path = isBelow ? pattern.slice(0, -BELOW.length) : pattern;
    const names: string[] = [];
    let node = this.root;
    let start = 0;
    for (let at = path.indexOf('/:'); at !== -1; at = path.indexOf('/:', start)) {
      node = grow(node, path.slice(start, at + 1));
      node.afterSegment ??= nodeOf('');
      node = node.afterSegment;
      start = segmentEnd(path, at + 1);
      names.push(path.slice(at + 2, start));
    }
    node = grow(node, path.slice(start));
    const leaf = { value, names };
    if (isBelow) node.below = appended(node.below, leaf);
    else node.here = appended(node.here, leaf);
  }

  /**
   * The values of all patterns that match, in no order.
   * @param path normalised: no empty segments, no slash at its end
   */
  match(path: string): T[] {
    const found: T[] = [];
    collect(this.root, path, 0, found);
    return found;
  }

  /**
   * The most specific pattern that matches, and what its parameters stand for. From the left, a
   * segment by its text comes before a parameter, and both before `*`.
   * @param path normalised: no empty segments, no slash at its end
   */
  find(path: string): Found<T> | undefined {
    const segments: string[] = [];
    const leaf = mostSpecific(this.root, path, 0, segments);
    if (leaf === undefined) return undefined;
    const params = leaf.names.map((name, index) => [name, segments[index] ?? ''] as const);
    return { value: leaf.value, params: Object.fromEntries(params) };
  }
}

function appended<T>(leaves: Leaf<T>[] | undefined, leaf: Leaf<T>): Leaf<T>[] {
  if (leaves === undefined) return [leaf];
  leaves.push(leaf);
  return leaves;
}

function nodeOf<T>(text: string): Node<T> {
  return {
    text,
    children: undefined,
    afterSegment: undefined,
    here: undefined,
    below: undefined,
  };
}

/** The node that `text` leads to from `from`, made where it is missing. */
function grow<T>(from: Node<T>, text: string): Node<T> {
  let node = from;
  let rest = text;
  while (rest !== '') {
    const code = rest.charCodeAt(0);
    node.children ??= new Map();
    const child = node.children.get(code);
    if (child === undefined) {
      const made = nodeOf<T>(rest);
      node.children.set(code, made);
      return made;
    }
    const shared = sharedLength(child.text, rest);
    node = shared === child.text.length ? child : split(node, child, shared);
    rest = rest.slice(shared);
  }
  return node;
}

/** Puts a node between two others. */
function split<T>(parent: Node<T>, child: Node<T>, length: number): Node<T> {
  const between = nodeOf<T>(child.text.slice(0, length));
  parent.children?.set(child.text.charCodeAt(0), between);
  child.text = child.text.slice(length);
  between.children = new Map([[child.text.charCodeAt(0), child]]);
  return between;
}

function sharedLength(a: string, b: string): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a.charCodeAt(length) === b.charCodeAt(length)) length += 1;
  return length;
}

/** @param start where what follows `from` begins in the path */
function collect<T>(from: Node<T>, path: string, start: number, found: T[]): void {
  let node = from;
  let at = start;
  while (at < path.length) {
    const code = path.charCodeAt(at);
    if (code === SLASH) push(node.below, found);
    else if (node.afterSegment !== undefined) {
      collect(node.afterSegment, path, segmentEnd(path, at), found);
    }
    const child = node.children?.get(code);
    if (child === undefined || !path.startsWith(child.text, at)) return;
    at += child.text.length;
    node = child;
  }
  push(node.here, found);
  push(node.below, found);
}

function push<T>(leaves: readonly Leaf<T>[] | undefined, found: T[]): void {
  if (leaves === undefined) return;
  for (const { value } of leaves) found.push(value);
}

/** @param segments those that parameters stand for; what is added stays when a pattern is found */
function mostSpecific<T>(
  node: Node<T>,
  path: string,
  at: number,
  segments: string[],
): Leaf<T> | undefined {
  if (at === path.length) return node.here?.[0] ?? node.below?.[0];
  const code = path.charCodeAt(at);
  const child = node.children?.get(code);
  if (child !== undefined && path.startsWith(child.text, at)) {
    const leaf = mostSpecific(child, path, at + child.text.length, segments);
    if (leaf !== undefined) return leaf;
  }
  if (code === SLASH) return node.below?.[0];
  if (node.afterSegment === undefined) return undefined;
  const end = segmentEnd(path, at);
  segments.push(path.slice(at, end));
  const leaf = mostSpecific(node.afterSegment, path, end, segments);
  if (leaf === undefined) segments.pop();
  return leaf;
}

function segmentEnd(path: string, from: number): number {
  const slash = path.indexOf('/', from);
  return slash === -1 ? path.length : slash;
}
