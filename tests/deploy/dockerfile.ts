export interface Instruction {
  readonly name: string;
  readonly flags: ReadonlyMap<string, string>;
  /** What follows the flags, on one line. */
  readonly rest: string;
}

export interface Stage {
  /** The image, or the earlier stage, that it starts from. */
  readonly base: string;
  /** Undefined when it has none. */
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

/** Reads a Dockerfile's stages; global ARGs and here-documents are beyond it. */
export function readDockerfile(text: string): Stage[] {
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const line of logicalLines(text)) {
    const instruction = readInstruction(line);
    if (instruction.name === 'FROM') {
      const [base = '', , name] = instruction.rest.split(/\s+/);
      stages.push({ base, name, instructions: [] });
    } else {
      const stage = stages.at(-1);
      if (stage === undefined) throw new Error(`${instruction.name} before the first FROM`);
      stage.instructions.push(instruction);
    }
  }
  return stages;
}

/** The words of an instruction in exec form; undefined for shell form. */
export function execForm(text: string): string[] | undefined {
  if (!text.startsWith('[')) return undefined;
  const words: unknown = JSON.parse(text);
  return Array.isArray(words) ? words.map(String) : undefined;
}

function logicalLines(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.trimStart().startsWith('#'))
    .join('\n')
    .replace(/\\\n/g, ' ')
    .split('\n');
}

function readInstruction(line: string): Instruction {
  const [, name = '', tail = ''] = /^\s*(\w+)\s+(.*)$/.exec(line) ?? [];
  const flags = new Map<string, string>();
  let rest = tail.trim();
  for (;;) {
    const flag = /^--([\w-]+)=(\S+)\s+/.exec(rest);
    if (flag === null) break;
    const [whole, key = '', value = ''] = flag;
    flags.set(key, value);
    rest = rest.slice(whole.length);
  }
  return { name: name.toUpperCase(), flags, rest };
}
