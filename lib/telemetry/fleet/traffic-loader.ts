import { LONGEST_NAME } from '../../gateway';
import type { RedisLink } from '../../limiter';
import { createPace } from '../traffic/pace';
import type { BlockedSlot, Frame, Slot } from '../traffic/port';
import { readField, type SlotSpan, SPANS, slotKey } from './keys';
import { blockedIn, slotIn } from './stored-slot';

/** Fields that Redis gives at once, about. */
const FIELDS_AT_ONCE = 100;
/** Of all that is loaded; what is older is left where it is. */
const MOST_CHARACTERS = 134_217_728;
/** How long reading keeps the thread, ms. */
const TURN_MS = 4;

/** What one instance wrote into one hash. */
interface Found<S> {
  replica: string | undefined;
  readonly slots: Map<number, S>;
}

/**
 * Reads what is kept, in whole hashes: the newest first, and a few fields at a time so that Redis
 * serves others in between, and so does this process. Ends at a bound of characters.
 * @param nowSeconds Unix seconds by the clock of Redis
 * @throws StoreError
 */
export async function* loadTraffic(
  link: RedisLink,
  sinceSeconds: number,
  nowSeconds: number,
): AsyncGenerator<Frame> {
  const pause = createPace(TURN_MS);
  let left = MOST_CHARACTERS;

  /** The slots of a span, as frames: one for each instance and hash. */
  async function* load<S extends Slot | BlockedSlot>(
    span: SlotSpan,
    read: (stored: string, at: number) => S | undefined,
    toFrame: (slots: readonly S[]) => Partial<Frame>,
  ): AsyncGenerator<Frame> {
    const oldest = Math.max(sinceSeconds, nowSeconds - span.kept);
    let start = Math.floor(nowSeconds / span.perHash) * span.perHash;
    for (; start + span.perHash > oldest && left > 0; start -= span.perHash) {
      const hash = new Map<string, Found<S>>();
      for await (const [field, stored] of fieldsOf(link, slotKey(span, start))) {
        left -= stored.length;
        put(hash, field, stored, read);
        await pause();
      }
      for (const [instance, { replica, slots }] of hash) {
        if (replica === undefined || slots.size === 0) continue;
        yield { ...EMPTY, instance, replica, ...toFrame([...slots.values()]) };
      }
    }
  }

  yield* load(SPANS.seconds, slotIn, (seconds) => ({ seconds }));
  yield* load(
    SPANS.blockedMinutes,
    (stored, at) => blockedIn(stored, at, 'minute'),
    (blocked) => ({ blocked }),
  );
  yield* load(
    SPANS.blockedHours,
    (stored, at) => blockedIn(stored, at, 'hour'),
    (blocked) => ({ blocked }),
  );
  // Last, for it is the most.
  yield* load(SPANS.minutes, slotIn, (minutes) => ({ minutes }));
}

const EMPTY = { seconds: [], minutes: [], blocked: [], decisions: [] };

function put<S>(
  hash: Map<string, Found<S>>,
  field: string,
  stored: string,
  read: (stored: string, at: number) => S | undefined,
): void {
  const named = readField(field);
  if (named === undefined) return;
  const { instance, at } = named;
  const found: Found<S> = hash.get(instance) ?? { replica: undefined, slots: new Map() };
  hash.set(instance, found);
  if (at === undefined) {
    if (stored.length <= LONGEST_NAME) found.replica = stored;
    return;
  }
  const slot = read(stored, at);
  if (slot !== undefined) found.slots.set(at, slot);
}

/** Fields and values of a hash; one that changes meanwhile may give a field twice. */
async function* fieldsOf(link: RedisLink, key: string): AsyncGenerator<readonly [string, string]> {
  let cursor = '0';
  do {
    const at = cursor;
    const [next, pairs] = await link.ask(key, (client) =>
      client.hscan(key, at, 'COUNT', FIELDS_AT_ONCE),
    );
    for (let index = 0; index < pairs.length; index += 2) {
      yield [pairs[index] ?? '', pairs[index + 1] ?? ''];
    }
    cursor = next;
  } while (cursor !== '0');
}
