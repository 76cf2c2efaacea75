import type { RedisLink } from '../../limiter';
import { type BlockedSlot, type Frame, frameSchema, type TrafficLink } from '../traffic';
import type { ClockOffset } from './clock-offset';
import { partsOf } from './frame-parts';
import { readJson } from './json-text';
import { KEYS, nameField, type SlotSpan, SPANS, slotField, slotKey, timeToLive } from './keys';
import { storedBlocked, storedSlot } from './stored-slot';
import { loadTraffic } from './traffic-loader';
import { transact } from './transaction';

export interface RedisTrafficOptions {
  readonly link: RedisLink;
  readonly clock: ClockOffset;
  /** Frames of this one are not told to who listens. */
  readonly instance: string;
}

/** Slots that are written to one hash. */
interface HashWrite {
  readonly span: SlotSpan;
  readonly fields: Record<string, string>;
}

/** Longer messages are none of ours. */
const LONGEST_FRAME = 8_388_608;

/**
 * Frames over Redis: written down in hashes that end by themselves, and published. A frame is one
 * transaction: two commands for each of its hashes, nearly always four, and two more, whatever the
 * traffic.
 */
export function createRedisTraffic({ link, clock, instance }: RedisTrafficOptions): TrafficLink {
  async function write(part: Frame): Promise<void> {
    const message = JSON.stringify(part);
    const hashes = hashesOf(part);
    await link.ask(KEYS.frames, async (client) => {
      const askedMs = Date.now();
      const replies = await transact(client, (transaction) => {
        for (const [key, { span, fields }] of hashes) {
          transaction.hset(key, fields).expire(key, timeToLive(span));
        }
        transaction.publish(link.channelNamed(KEYS.frames), message).time();
      });
      clock.measure(replies.at(-1), askedMs, Date.now());
    });
  }

  return {
    async send(frame) {
      for (const part of partsOf(frame)) await write(part);
    },
    listen({ onFrame, onGap }) {
      link.subscribe({
        channel: KEYS.frames,
        onMessage(text) {
          const frame = readJson(text, frameSchema, LONGEST_FRAME);
          if (frame !== undefined && frame.instance !== instance) onFrame(frame);
        },
        onGap,
      });
    },
    load: (sinceSeconds) => loadTraffic(link, sinceSeconds, (Date.now() + clock.ms) / 1_000),
    get clockOffsetMs() {
      return clock.ms;
    },
  };
}

function hashesOf({ instance, replica, seconds, minutes, blocked }: Frame) {
  const hashes = new Map<string, HashWrite>();

  function put(span: SlotSpan, at: number, stored: string): void {
    const key = slotKey(span, at);
    let hash = hashes.get(key);
    if (hash === undefined) {
      hash = { span, fields: { [nameField(instance)]: replica } };
      hashes.set(key, hash);
    }
    hash.fields[slotField(at, instance)] = stored;
  }

  for (const slot of seconds) put(SPANS.seconds, slot.at, storedSlot(slot));
  for (const slot of minutes) put(SPANS.minutes, slot.at, storedSlot(slot));
  for (const slot of blocked) put(spanOf(slot), slot.at, storedBlocked(slot));
  return hashes;
}

function spanOf({ span }: BlockedSlot): SlotSpan {
  return span === 'minute' ? SPANS.blockedMinutes : SPANS.blockedHours;
}
