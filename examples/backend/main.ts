// PORT=4001 NAME=backend-1 npx tsx examples/backend/main.ts; also what dist/backend.mjs is made of.
import { z } from 'zod';
import { createBackend } from './backend';

const environment = z
  .object({
    PORT: z.coerce.number().int().min(0).max(65_535).default(8_000),
    HOST: z.string().optional(),
    NAME: z
      .string()
      .regex(/^[A-Za-z0-9._-]{1,64}$/)
      .default('backend-1'),
  })
  .safeParse(process.env);
if (!environment.success) fail(z.prettifyError(environment.error));
const { PORT: port, HOST: host, NAME: name } = environment.data;

const server = createBackend({ name });
server.once('error', ({ message }) => fail(message));
server.listen({ port, host }, () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(`${name} listens on port ${address.port}`);
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    process.once(signal, () => process.exit(1));
    server.close();
  });
}

function fail(message: string): never {
  console.error(`error: ${message}`);
  process.exit(1);
}
