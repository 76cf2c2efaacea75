import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs one of scripts/. @returns its exit code, and what it wrote to both streams */
export async function runTool(name: string, ...args: string[]) {
  const child = spawn(process.execPath, [`scripts/${name}.mjs`, ...args], {
    env: { PATH: process.env.PATH, NODE_ENV: 'test' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const collect = (chunk: unknown) => {
    output += String(chunk);
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const [exitCode] = await once(child, 'close');
  return { exitCode: Number(exitCode), output };
}
