import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import packageJson from '../../package.json';
import { readDockerIgnore } from './docker-ignore';
import { execForm, type Instruction, readDockerfile, type Stage } from './dockerfile';
import { BUILT_SERVER, isInRepository, ROOT, scriptsRunBy, textOf, textsIn } from './repository';

const stages = readDockerfile(textOf('Dockerfile'));
const isIgnored = readDockerIgnore(textOf('.dockerignore'));
const last = stages.at(-1) ?? { base: '', name: undefined, instructions: [] };

function instructions(stage: Stage, name: string): readonly Instruction[] {
  return stage.instructions.filter((instruction) => instruction.name === name);
}

function everywhere(name: string): Instruction[] {
  return stages.flatMap((stage) => instructions(stage, name));
}

const copies = everywhere('COPY').map(({ flags, rest }) => ({
  from: flags.get('from'),
  sources: rest.split(/\s+/).slice(0, -1),
}));

describe('the Dockerfile', () => {
  it('starts from one pinned Node.js image, of the version in .nvmrc', () => {
    const names = stages.flatMap(({ name }) => name ?? []);
    const images = stages.map(({ base }) => base).filter((base) => !names.includes(base));
    const version = textOf('.nvmrc').trim();
    expect(images).toEqual([expect.stringMatching(new RegExp(`^node:${version}[.-]`))]);
    expect(Number(version)).toBeGreaterThanOrEqual(
      Number.parseInt(packageJson.engines.node.replace(/\D+/, ''), 10),
    );
  });

  it('builds and copies from stages that came before', () => {
    stages.forEach((stage, index) => {
      const earlier = stages.slice(0, index).flatMap(({ name }) => name ?? []);
      const used = instructions(stage, 'COPY').flatMap(({ flags }) => flags.get('from') ?? []);
      expect(earlier).toEqual(expect.arrayContaining(used));
    });
  });

  it.each(copies.flatMap(({ from, sources }) => (from === undefined ? sources : [])))(
    'finds %s in its context',
    (source) => {
      expect(isInRepository(source)).toBe(true);
      expect(source === '.' || !isIgnored(source)).toBe(true);
    },
  );

  it('runs no lifecycle scripts', () => {
    const installations = everywhere('RUN').filter(({ rest }) =>
      /\bnpm (?:ci|i|install)\b/.test(rest),
    );
    expect(installations.length).toBeGreaterThan(0);
    for (const { rest } of installations) expect(rest).toMatch(/\bnpm ci\b.* --ignore-scripts\b/);
  });

  it('builds by scripts that exist', () => {
    const scripts = everywhere('RUN').flatMap(({ rest }) => scriptsRunBy(rest));
    expect(scripts).toContain('build');
    expect(Object.keys(packageJson.scripts)).toEqual(expect.arrayContaining(scripts));
  });

  it('ships production dependencies only', () => {
    const source = copies.find(({ sources }) => sources.includes('/app/node_modules'))?.from;
    const stage = stages.find(({ name }) => name === source);
    expect(stage && instructions(stage, 'RUN').map(({ rest }) => rest)).toEqual([
      expect.stringMatching(/^npm ci .*--omit=dev\b/),
    ]);
  });

  it('carries all that the server reads while it runs', () => {
    const targets = instructions(last, 'COPY').flatMap(({ rest }) => {
      const places = rest.split(/\s+/);
      const target = places.at(-1) ?? '';
      return target === './' ? places.slice(0, -1) : [target.replace('./', '')];
    });
    expect(targets.sort()).toEqual(
      [
        '.next',
        dirname(BUILT_SERVER),
        'lib/policy/postgres/migrations',
        'lua',
        'next.config.js',
        'node_modules',
        'package.json',
        'public',
      ].sort(),
    );
  });

  it('carries the folders that the server looks for where it is started', () => {
    const named = textsIn('lib/runtime').flatMap((text) => [
      ...text.matchAll(/join\(process\.cwd\(\), '([^']+)'\)/g),
    ]);
    const folders = named.map(([, folder = '']) => folder);
    expect(folders).not.toEqual([]);
    const sources = instructions(last, 'COPY').map(({ rest }) => rest);
    const asTheyAre = folders.map((folder) => `${folder} ./${folder}`);
    expect(sources).toEqual(expect.arrayContaining(asTheyAre));
  });

  it('keeps the configuration in a volume that its user owns and nobody else reads', () => {
    const user = instructions(last, 'USER').at(-1)?.rest;
    const folder = instructions(last, 'VOLUME').at(-1)?.rest ?? '';
    const [, variable, value = ''] =
      /^(\w+)=(\S+)$/.exec(instructions(last, 'ENV').at(-1)?.rest ?? '') ?? [];
    expect(variable).toBe('FLOODGATE_CONFIG');
    expect(dirname(value)).toBe(folder);
    // After the volume is declared, what is done to it is lost.
    const names = last.instructions.map(({ name }) => name);
    expect(names.lastIndexOf('RUN')).toBeLessThan(names.indexOf('VOLUME'));
    expect(instructions(last, 'RUN').map(({ rest }) => rest)).toEqual([
      `install --directory --owner ${user} --group ${user} --mode 700 ${folder}`,
    ]);
  });

  it('runs as nobody special', () => {
    const user = instructions(last, 'USER').at(-1)?.rest;
    expect(user).toMatch(/^(?!root$|0(?::|$))./);
    const afterUser = last.instructions.slice(
      last.instructions.findIndex((i) => i.name === 'USER'),
    );
    expect(afterUser.map(({ name }) => name)).not.toContain('COPY');
  });

  it('makes the built server process 1', () => {
    expect(instructions(last, 'ENTRYPOINT')).toEqual([]);
    expect(execForm(instructions(last, 'CMD').at(-1)?.rest ?? '')).toEqual(['node', BUILT_SERVER]);
  });

  it('checks its health with node, at a path that tells readiness', () => {
    const [, command = ''] =
      /^CMD (.*)$/.exec(instructions(last, 'HEALTHCHECK')[0]?.rest ?? '') ?? [];
    const [program, option, script] = execForm(command) ?? [];
    expect([program, option]).toEqual(['node', '-e']);
    expect(() => new Function(script ?? 'return')).not.toThrow();
    expect(script).toContain('/health/ready');
  });
});

describe('the build context', () => {
  const context = mkdtempSync(join(tmpdir(), 'floodgate-context-'));
  afterAll(() => rmSync(context, { recursive: true }));

  it('holds everything that the build reads', async () => {
    const module: unknown = await import(join(ROOT, 'scripts', 'build-stamp.mjs'));
    const { hashInputs } = module as { hashInputs(root: string): string };
    cpSync(ROOT, context, {
      recursive: true,
      filter: (path) => path === ROOT || !isIgnored(relative(ROOT, path)),
    });
    expect(hashInputs(context)).toBe(hashInputs(ROOT));
  });

  it.each([
    '.env',
    '.env.local',
    'floodgate.config.json',
    '.floodgate/admin-token',
    '.git/config',
    'node_modules/next/package.json',
    '.next/BUILD_ID',
  ])('leaves out %s', (path) => expect(isIgnored(path)).toBe(true));
});
