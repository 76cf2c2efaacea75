import type { z } from 'zod';
import type { MaybePromise } from '../../limiter';

/** Something that one replica may ask the others. */
export interface Question<Asked, Answered> {
  readonly kind: string;
  readonly asked: z.ZodType<Asked>;
  readonly answered: z.ZodType<Answered>;
}

export interface FleetAnswer<Answered> {
  /** The name of who answered. */
  readonly replica: string;
  readonly instance: string;
  readonly body: Answered;
}

export interface FleetAnswers<Answered> {
  /** Live replicas besides this one. */
  readonly asked: number;
  /** In the order in which they came. */
  readonly answers: readonly FleetAnswer<Answered>[];
}

export interface AskOptions {
  /** Longest wait for answers, ms; 400 by default. */
  readonly withinMs?: number;
}

/** Questions between replicas. */
export interface Questions {
  /**
   * Asks all other live replicas, and waits until they have answered or the time is over. Never
   * rejects: who does not answer is missing among the answers. With too many questions open nobody
   * is asked.
   */
  ask<Asked, Answered>(
    question: Question<Asked, Answered>,
    asked: Asked,
    options?: AskOptions,
  ): Promise<FleetAnswers<Answered>>;
  /** Answers this kind of question from now on. What `handle` throws is no answer. */
  answer<Asked, Answered>(
    question: Question<Asked, Answered>,
    handle: (asked: Asked) => MaybePromise<Answered>,
  ): void;
}
