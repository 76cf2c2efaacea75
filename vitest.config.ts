import { defineConfig } from 'vitest/config';

const SERVED = [
  'tests/contract/**',
  'tests/integration/**',
  'tests/process/**',
  'tests/examples/**',
];
/** Two processes of the product and a Redis each: more at once only makes all of them late. */
const SERVED_WORKERS = 2;

export default defineConfig({
  resolve: { alias: { '@': import.meta.dirname } },
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: ['tests/**/*.test.ts'], exclude: SERVED },
      },
      {
        extends: true,
        test: {
          name: 'served',
          include: SERVED.map((folder) => `${folder}/*.test.ts`),
          maxWorkers: SERVED_WORKERS,
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
          // Those that needed it are listed as flaky: see CONTRIBUTING. A property that fails once in a
          // thousand is a find, so the units have one attempt.
          retry: process.env.CI ? 1 : 0,
        },
      },
    ],
  },
});
