import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createStorage } from '#storage/storage.ts';
import { rejection } from '../support/rejection.ts';
import { serviceMigrations, storesOf } from '../support/tables.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const killsCount = 6;
// Each process takes a second or two to start on a loaded machine.
vi.setConfig({ testTimeout: 120_000 });

interface Writer {
  child: ChildProcess;
  lines: string[];
  /** Waits for a line that the process prints. */
  line(wanted: (line: string) => boolean): Promise<string>;
  kill(): Promise<void>;
}

function startWriter(stateDir: string, run: string, mode?: 'hold' | 'claim'): Writer {
  const script = join(import.meta.dirname, 'writer.ts');
  const child = spawn(process.execPath, [script, stateDir, run, ...(mode ? [mode] : [])], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const exited = once(child, 'exit');
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const writer: Writer = {
    child,
    lines,
    line: (wanted) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(wanted);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        child.once('close', () => reject(new Error(`the process ended: ${lines.join(' ')}`)));
        look();
      }),
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
  onTestFinished(() => writer.kill());
  return writer;
}

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

function storageIn(stateDir: string) {
  const storage = createStorage(
    { clock: systemClock(), chance: systemChance(), logger: silentLogger() },
    { migrations: serviceMigrations, stateDir },
  );
  onTestFinished(() => storage.stop());
  return storage;
}

test(`what was acknowledged is there after ${killsCount} times kill -9`, async () => {
  const stateDir = folderForTest();
  const acknowledged: string[] = [];
  for (let run = 0; run < killsCount; run++) {
    const writer = startWriter(stateDir, `run${run}`);
    await writer.line((line) => line === `run${run}-20`);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 20));
    await writer.kill();
    acknowledged.push(...writer.lines.filter((line) => line !== 'started'));
  }
  expect(acknowledged.length).toBeGreaterThan(killsCount * 20);

  const database = new DatabaseSync(join(stateDir, 'hub.db'));
  onTestFinished(() => database.close());
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  const done = database.prepare("select key, answer from action_key where state = 'done'").all();
  const answers = new Map(done.map((row) => [row.key as string, row.answer as string]));
  const audited = new Set(
    database
      .prepare('select action from audit')
      .all()
      .map((row) => row.action),
  );
  for (const key of acknowledged) {
    expect(answers.get(key), key).toBe(JSON.stringify({ index: Number(key.split('-')[1]) }));
    expect(audited.has(key), key).toBe(true);
  }
  // Answer and audit row are one transaction: neither is ever there alone.
  expect([...answers.keys()].sort()).toEqual([...audited].sort());
});

test('a second hub on the same folder is refused and told who has it; kill -9 frees it at once', async () => {
  const stateDir = folderForTest();
  const first = startWriter(stateDir, 'a', 'hold');
  await first.line((line) => line === 'started');

  const second = startWriter(stateDir, 'b', 'hold');
  const refusal = JSON.parse(await second.line((line) => line.startsWith('{')));
  expect(refusal).toEqual({ code: 'STORAGE_STATE_IN_USE', pid: first.child.pid });
  expect(await rejection(storageIn(stateDir).start())).toMatchObject({ code: 'STORAGE_STATE_IN_USE' });

  await first.kill();
  const third = storageIn(stateDir);
  await third.start();
  expect(await storesOf(third).grants.list('1')).toEqual([]);
});

test('a refused second hub takes nothing from the first', async () => {
  const stateDir = folderForTest();
  const first = storageIn(stateDir);
  await first.start();
  for (let attempt = 0; attempt < 3; attempt++) {
    const second = storageIn(stateDir);
    expect(await rejection(second.start())).toMatchObject({
      code: 'STORAGE_STATE_IN_USE',
      details: { pid: process.pid },
    });
    await second.stop();
  }
  await storesOf(first).grants.put({ guildId: '1', discordRoleId: '2', role: 'member' });
  const stranger = startWriter(stateDir, 'x', 'hold');
  await stranger.line((line) => line.includes('STORAGE_STATE_IN_USE'));
});

test('a key that a killed process was amid is free for the next', async () => {
  const stateDir = folderForTest();
  const writer = startWriter(stateDir, 'a', 'claim');
  await writer.line((line) => line === 'claimed');
  await writer.kill();
  const storage = storageIn(stateDir);
  await storage.start();
  expect(await storage.ledger.claim('amid', 'f', Date.now())).toEqual({ state: 'fresh' });
  expect(await storage.ledger.claim('amid', 'f', Date.now())).toEqual({ state: 'running' });
});
