import { execFileSync } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLineWriter, type LineWriter } from '../../../lib/telemetry/log/line-writer';

const LINE = `${'a'.repeat(99)}\n`;
/** What Linux holds in a pipe unless told otherwise. */
const PIPE_BYTES = 65_536;
const MOST_HELD = 1_048_576;

let folder: string;
let fds: number[];
let lost: number[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'floodgate-lines-'));
  fds = [];
  lost = [];
});

afterEach(() => {
  vi.useRealTimers();
  for (const fd of fds) closeSync(fd);
  rmSync(folder, { recursive: true });
});

function open(path: string, flags: number | string): number {
  const fd = openSync(path, flags);
  fds.push(fd);
  return fd;
}

function fileWriter(): { writer: LineWriter; written: () => string } {
  const path = join(folder, 'log');
  const writer = createLineWriter({ fd: open(path, 'a'), onLost: (lines) => lost.push(lines) });
  return { writer, written: () => readFileSync(path, 'utf8') };
}

/** A pipe that does not block, and what its reader takes when told to. */
function pipeWriter() {
  const path = join(folder, 'pipe');
  execFileSync('mkfifo', [path]);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const fd = open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  const writer = createLineWriter({ fd, onLost: (lines) => lost.push(lines) });
  const read = (): string => {
    const piece = Buffer.alloc(PIPE_BYTES);
    try {
      return piece.toString('latin1', 0, readSync(reader, piece));
    } catch {
      return '';
    }
  };
  return { writer, read, leave: () => closeSync(reader) };
}

describe('lines', () => {
  it('are held back until there are enough of them to write at once', () => {
    const { writer, written } = fileWriter();
    for (let i = 0; i < 40; i++) writer.write(LINE);
    expect(written()).toBe('');
    writer.write(LINE);
    expect(written()).toBe(LINE.repeat(40));
  });

  it('are held back no longer than a moment', () => {
    vi.useFakeTimers();
    const { writer, written } = fileWriter();
    writer.write(LINE);
    vi.advanceTimersByTime(250);
    expect(written()).toBe(LINE);
    writer.write(LINE);
    vi.advanceTimersByTime(250);
    expect(written()).toBe(LINE.repeat(2));
  });

  it('keep their order where one can not wait', () => {
    const { writer, written } = fileWriter();
    writer.write('one\n');
    writer.writeNow('two\n');
    expect(written()).toBe('one\ntwo\n');
  });

  it('are whole where they are long', () => {
    const { writer, written } = fileWriter();
    const long = `${'b'.repeat(300_000)}\n`;
    writer.write(long);
    writer.writeNow(LINE);
    expect(written()).toBe(long + LINE);
  });
});

describe('a reader that takes nothing', () => {
  it('gets all in order once it does', () => {
    vi.useFakeTimers();
    const { writer, read } = pipeWriter();
    const lines = Array.from({ length: 2_000 }, (_, i) => `${i} ${LINE}`);
    for (const line of lines) writer.write(line);
    let got = '';
    for (let turn = 0; turn < 20; turn++) {
      got += read();
      vi.advanceTimersByTime(250);
    }
    expect(got).toBe(lines.join(''));
    expect(lost).toEqual([]);
  });

  it('loses the lines that came when enough were held, and hears of it', () => {
    vi.useFakeTimers();
    const { writer, read } = pipeWriter();
    const count = 20_000;
    for (let i = 0; i < count; i++) writer.write(LINE);
    let got = '';
    for (let turn = 0; turn < 50; turn++) {
      got += read();
      vi.advanceTimersByTime(250);
    }
    const [lines = 0] = lost;
    expect(got).toBe(LINE.repeat(count - lines));
    expect(got.length).toBeLessThan(MOST_HELD + PIPE_BYTES + LINE.length);
    expect(lines).toBeGreaterThan(count / 3);
    expect(lost).toHaveLength(1);
  });

  it('that has gone costs nothing any more', () => {
    vi.useFakeTimers();
    const { writer, leave } = pipeWriter();
    leave();
    writer.writeNow(LINE);
    for (let i = 0; i < 20_000; i++) writer.writeNow(LINE);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(lost).toEqual([]);
  });
});
