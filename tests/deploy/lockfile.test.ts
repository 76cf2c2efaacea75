import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { textOf } from './repository';

const lockfileSchema = z.object({
  packages: z.record(
    z.string(),
    z.object({
      integrity: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).default({}),
    }),
  ),
});

describe.each(['package-lock.json', 'bench/package-lock.json'])('%s', (path) => {
  const { packages } = lockfileSchema.parse(JSON.parse(textOf(path)));

  it('holds the packages of every platform, without which npm ci refuses it', () => {
    const missing = Object.entries(packages).flatMap(([parent, { optionalDependencies }]) =>
      Object.keys(optionalDependencies).filter(
        (name) =>
          !(`node_modules/${name}` in packages || `${parent}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it('has a checksum for every package', () => {
    const unchecked = Object.entries(packages).filter(
      ([name, { integrity }]) => name !== '' && integrity === undefined,
    );
    expect(unchecked).toEqual([]);
  });
});
