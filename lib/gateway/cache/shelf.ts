import { LRUCache } from 'lru-cache';
import { createInvalidations } from './invalidations';
import type { CacheRequest } from './port';
import { selects, sizeOf, type Variant } from './variant';

/** Where variants are kept, by resource, in bounded memory. */
export interface Shelf {
  /** The variant that a request selects. */
  find(request: CacheRequest): Variant | undefined;
  has(resource: Resource): boolean;
  /** Takes the place of the variant that the request selected. Ignored when it was invalidated after the mark. */
  put(request: CacheRequest, variant: Variant, mark: number): void;
  remove(resource: Resource, variant: Variant): void;
  invalidate(resource: Resource): void;
  wasInvalidated(resource: Resource, mark: number): boolean;
  /** A point in time, for `put` and `wasInvalidated`. */
  mark(): number;
  readonly size: { readonly entries: number; readonly bytes: number };
}

type Resource = Pick<CacheRequest, 'host' | 'url'>;

/** Of one resource; what Vary can make of it is up to clients. */
const MOST_VARIANTS = 16;

export function createShelf(maxBytes: number): Shelf {
  const invalidations = createInvalidations();
  let entries = 0;
  const resources = new LRUCache<string, readonly Variant[]>({
    maxSize: maxBytes,
    dispose(variants) {
      entries -= variants.length;
    },
  });

  function variantsOf(key: string): readonly Variant[] {
    return resources.peek(key) ?? [];
  }

  /** @param variants the newest first */
  function replace(key: string, variants: readonly Variant[]): void {
    const kept: Variant[] = [];
    let size = key.length;
    for (const variant of variants.slice(0, MOST_VARIANTS)) {
      size += sizeOf(variant);
      if (size > maxBytes) break;
      kept.push(variant);
    }
    if (kept.length === 0) {
      resources.delete(key);
      return;
    }
    const bytes = kept.reduce((sum, variant) => sum + sizeOf(variant), key.length);
    entries += kept.length;
    resources.set(key, kept, { size: bytes });
  }

  return {
    find(request) {
      return resources.get(keyOf(request))?.find((variant) => selects(variant, request));
    },
    has: (resource) => resources.has(keyOf(resource)),
    put(request, variant, mark) {
      const key = keyOf(request);
      if (invalidations.since(key, mark)) return;
      const present = variantsOf(key);
      const selected = present.filter((other) => selects(other, request));
      const { receivedAtMs } = variant.freshness;
      if (selected.some(({ freshness }) => freshness.receivedAtMs > receivedAtMs)) return;
      replace(key, [variant, ...present.filter((other) => !selected.includes(other))]);
    },
    remove(resource, variant) {
      const key = keyOf(resource);
      const present = variantsOf(key);
      if (!present.includes(variant)) return;
      replace(
        key,
        present.filter((other) => other !== variant),
      );
    },
    invalidate(resource) {
      const key = keyOf(resource);
      invalidations.note(key);
      resources.delete(key);
    },
    wasInvalidated: (resource, mark) => invalidations.since(keyOf(resource), mark),
    mark: invalidations.mark,
    get size() {
      return { entries, bytes: resources.calculatedSize };
    },
  };
}

/** No two resources share a key: both parts are quoted. */
function keyOf({ host, url }: Resource): string {
  return JSON.stringify([host, url]);
}
