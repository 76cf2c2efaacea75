import { describe, expect, it } from 'vitest';
import { readConfig, variableNames } from '../../lib/config';
import { textOf } from './repository';

interface Entry {
  readonly name: string;
  readonly value: string;
  readonly comment: string;
}

/** Blocks of comment lines that end in a commented-out assignment. */
function entriesOf(text: string): Entry[] {
  return text.split(/\n{2,}/).flatMap((block) => {
    const [, comment = '', name, value = ''] =
      /^((?:# .*\n)+)# ([A-Z][A-Z0-9_]*)=(.*)\n?$/.exec(block) ?? [];
    return name === undefined ? [] : [{ name, value, comment }];
  });
}

const text = textOf('.env.example');
const entries = entriesOf(text);

describe('.env.example', () => {
  it('names exactly the variables that Floodgate reads, each once', () => {
    expect(entries.map(({ name }) => name).sort()).toEqual(variableNames.toSorted());
  });

  it('sets nothing as it stands', () => {
    expect(text).not.toMatch(/^(?!#|$)/m);
  });

  it('shows the defaults: uncommented, it changes nothing', () => {
    const shown = Object.fromEntries(entries.map(({ name, value }) => [name, value]));
    expect(readConfig({ NODE_ENV: 'test', ...shown })).toEqual(readConfig({ NODE_ENV: 'test' }));
  });

  it.each(
    entries.flatMap(({ name, comment }) => {
      const example = /^# Example: (.+)$/m.exec(comment)?.[1];
      return example === undefined ? [] : [{ name, example }];
    }),
  )('gives a valid example for $name', ({ name, example }) => {
    expect(readConfig({ NODE_ENV: 'test', [name]: example })).toHaveProperty(name);
  });

  it('gives an example wherever the default is no value', () => {
    const bare = entries.filter(({ value, comment }) => value === '' && !/Example: /.test(comment));
    expect(bare).toEqual([]);
  });
});

describe('README.md', () => {
  it('has a row for every variable', () => {
    const rows = [...textOf('README.md').matchAll(/^\| `([A-Z][A-Z0-9_]*)` +\|/gm)];
    expect(rows.map(([, name]) => name).sort()).toEqual(variableNames.toSorted());
  });
});
