import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

interface Line {
  started?: boolean;
  names?: string[];
  connected?: number;
}

async function hubProcess(name: string, ...group: string[]): Promise<Line[]> {
  const directory = await mkdtemp(join(tmpdir(), 'mdns-'));
  const script = join(import.meta.dirname, 'support', 'mdns-hub.ts');
  const child: ChildProcess = spawn(process.execPath, [script, name, join(directory, 'key'), ...group], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const exited = once(child, 'exit');
    child.stdin?.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await exited;
    clearTimeout(timer);
    await rm(directory, { recursive: true, force: true });
  });
  const lines: Line[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => lines.push(JSON.parse(line)));
  await expect.poll(() => lines[0]?.started, { timeout: 15_000 }).toBe(true);
  return lines;
}

test('two hubs of one group find each other and learn their names, whichever came first, and no others', async () => {
  // Other hubs may be in the same network: names that only this run has.
  const run = Math.random().toString(36).slice(2, 10);
  const east = await hubProcess(`East ${run}`);
  const north = await hubProcess(`North ${run}`, run);
  const south = await hubProcess(`South ${run}`, run);
  await expect.poll(() => north.at(-1)?.names, { timeout: 15_000 }).toContain(`South ${run}`);
  await expect.poll(() => south.at(-1)?.names, { timeout: 15_000 }).toContain(`North ${run}`);
  expect(south.at(-1)?.connected).toBeGreaterThan(0);
  expect(south.at(-1)?.names).not.toContain(`East ${run}`);
  expect(east.at(-1)?.names?.filter((name) => name.endsWith(run))).toEqual([]);
});
