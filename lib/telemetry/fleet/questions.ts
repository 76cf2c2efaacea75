import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { MaybePromise, RedisLink } from '../../limiter';
import { instanceSchema } from '../traffic';
import { readJson } from './json-text';
import { inboxChannel } from './keys';
import type { FleetAnswer, Question, Questions } from './question';
import type { ReplicaSelf } from './replicas';
import { transact } from './transaction';

export interface QuestionsOptions {
  /** Undefined: there is nobody to ask. */
  readonly link: RedisLink | undefined;
  readonly self: Pick<ReplicaSelf, 'instance'>;
  /** Live ones besides this. Never rejects. */
  readonly others: () => Promise<readonly Pick<ReplicaSelf, 'instance' | 'replica'>[]>;
}

const ANSWERED_WITHIN_MS = 400;
const MOST_OPEN = 20;
/** Questions of others that are being answered; further ones are refused. */
const MOST_UNDERWAY = 20;
const LONGEST_ANSWER = 262_144;
/** What a message has besides its body. */
const ENVELOPE = 1_024;

const envelope = { id: z.uuid(), from: instanceSchema };
const messageSchema = z.discriminatedUnion('type', [
  z.object({
    ...envelope,
    type: z.literal('question'),
    kind: z.string().max(64),
    body: z.unknown(),
  }),
  z.object({ ...envelope, type: z.literal('answer'), body: z.unknown() }),
  z.object({ ...envelope, type: z.literal('refusal') }),
]);

type Message = z.output<typeof messageSchema>;

/** A question that is waiting. */
interface Open {
  /** Names of those who have not answered, by instance. */
  readonly awaited: Map<string, string>;
  take(from: string, replica: string, body: unknown): void;
  end(): void;
}

/**
 * Each replica has a channel of its own, on which it is asked and answered. Whoever asks names each
 * of the others; that nobody listens is found out by waiting.
 */
export function createQuestions({
  link,
  self,
  others,
}: QuestionsOptions): Questions & { close(): void } {
  const { instance } = self;
  const open = new Map<string, Open>();
  const handlers = new Map<string, (body: unknown) => MaybePromise<unknown>>();
  let asking = 0;
  let underway = 0;

  link?.subscribe({ channel: inboxChannel(instance), onMessage: hear, onGap: () => undefined });

  function hear(text: string): void {
    const message = readJson(text, messageSchema, LONGEST_ANSWER + ENVELOPE);
    if (message === undefined || message.from === instance) return;
    if (message.type === 'question') void reply(message);
    else settle(message);
  }

  function settle(message: Exclude<Message, { type: 'question' }>): void {
    const question = open.get(message.id);
    const replica = question?.awaited.get(message.from);
    if (question === undefined || replica === undefined) return;
    question.awaited.delete(message.from);
    if (message.type === 'answer') question.take(message.from, replica, message.body);
    if (question.awaited.size === 0) question.end();
  }

  async function reply({ id, from, kind, body }: Extract<Message, { type: 'question' }>) {
    const text = await answerTo(kind, body);
    const head = { id, from: instance };
    const message =
      text === undefined
        ? JSON.stringify({ ...head, type: 'refusal' })
        : `${JSON.stringify({ ...head, type: 'answer' }).slice(0, -1)},"body":${text}}`;
    await send(new Map([[inboxChannel(from), message]])).catch(() => undefined);
  }

  /** The body in JSON; undefined: this replica can't say. */
  async function answerTo(kind: string, body: unknown): Promise<string | undefined> {
    const handle = handlers.get(kind);
    if (handle === undefined || underway >= MOST_UNDERWAY) return undefined;
    underway += 1;
    try {
      const text = JSON.stringify(await handle(body));
      return text.length <= LONGEST_ANSWER ? text : undefined;
    } catch {
      return undefined;
    } finally {
      underway -= 1;
    }
  }

  async function send(messages: ReadonlyMap<string, string>): Promise<void> {
    await link?.ask(inboxChannel(instance), (client) =>
      transact(client, (transaction) => {
        for (const [inbox, message] of messages) {
          transaction.publish(link.channelNamed(inbox), message);
        }
      }),
    );
  }

  async function askAll<Answered>(
    { kind, answered }: Pick<Question<unknown, Answered>, 'kind' | 'answered'>,
    body: unknown,
    withinMs: number,
  ) {
    const awaited = new Map((await others()).map((other) => [other.instance, other.replica]));
    const answers: FleetAnswer<Answered>[] = [];
    const asked = awaited.size;
    if (asked === 0) return { asked, answers };
    const id = randomUUID();
    const text = JSON.stringify({ type: 'question', id, from: instance, kind, body });
    const messages = new Map([...awaited.keys()].map((other) => [inboxChannel(other), text]));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      const end = () => {
        clearTimeout(timer);
        resolve();
      };
      open.set(id, {
        awaited,
        take(from, replica, received) {
          const told = answered.safeParse(received);
          if (told.success) answers.push({ replica, instance: from, body: told.data });
        },
        end,
      });
      // Who is not told will not answer.
      send(messages).catch(end);
    });
    open.delete(id);
    return { asked, answers };
  }

  return {
    async ask(question, asked, { withinMs = ANSWERED_WITHIN_MS } = {}) {
      if (asking >= MOST_OPEN) return { asked: (await others()).length, answers: [] };
      asking += 1;
      try {
        return await askAll(question, asked, withinMs);
      } finally {
        asking -= 1;
      }
    },
    answer({ kind, asked }, handle) {
      handlers.set(kind, (body) => handle(asked.parse(body)));
    },
    close() {
      for (const question of open.values()) question.end();
    },
  };
}
