import { z } from 'zod';
import { json } from '../../http';
import { jsonAnswer } from '../answers';
import type { Endpoint } from '../endpoint';

const pongSchema = z.object({ message: z.literal('pong') }).meta({ id: 'Pong' });

export function pingEndpoint(): Endpoint {
  return {
    path: '/ping',
    isLimited: true,
    methods: {
      GET: {
        documentation: {
          id: 'ping',
          summary: 'Answer pong',
          tag: 'Demo',
          answers: { 200: jsonAnswer('The gateway answers.', pongSchema) },
        },
        handle: () => json(200, { message: 'pong' } satisfies z.infer<typeof pongSchema>),
      },
    },
  };
}
