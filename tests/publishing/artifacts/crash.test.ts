import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test, vi } from 'vitest';
import { collected, folderForTest, sha256, startArtifacts } from './support.ts';

const killsCount = 15;
vi.setConfig({ testTimeout: 180_000 });

test(`after ${killsCount} times kill -9 every acknowledged artifact is whole, and there is nothing else`, async () => {
  const stateDir = folderForTest();
  const acknowledged: string[] = [];
  let leftTemporary = 0;
  for (let run = 0; run < killsCount; run++) {
    acknowledged.push(...(await putsUntilKilled(stateDir)));
    leftTemporary += globSync('artifacts/tmp/*', { cwd: stateDir }).length;
  }
  expect(acknowledged.length).toBeGreaterThan(killsCount * 5);
  // The kills did hit puts under way, or this would prove nothing.
  expect(leftTemporary).toBeGreaterThan(0);

  const { store, kept, temporary, db } = await startArtifacts(
    { file: join(stateDir, 'hub.db') },
    { stateDir },
  );
  const rows = await db.selectFrom('artifact').selectAll().execute();
  expect(rows.map(({ cid }) => cid)).toEqual(expect.arrayContaining(acknowledged));
  expect(kept().sort()).toEqual(rows.map(({ cid }) => cid).sort());
  expect(temporary()).toEqual([]);
  let usedBytes = 0;
  for (const { cid, size_bytes } of rows) {
    const bytes = await collected(store.open(cid));
    expect(sha256(bytes)).toBe(cid);
    expect(bytes).toHaveLength(size_bytes);
    usedBytes += size_bytes;
  }
  expect(await db.selectFrom('artifact_usage').selectAll().where('scope', '=', 'total').execute()).toEqual([
    { scope: 'total', used_bytes: usedBytes, artifact_count: rows.length },
  ]);
});

async function putsUntilKilled(stateDir: string): Promise<string[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'putter.ts'), stateDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  const closed = once(child.stdout, 'close');
  const busy = Promise.withResolvers<void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    if (lines.length > 10) busy.resolve();
  });
  await Promise.race([busy.promise, exited]);
  await new Promise((resolve) => setTimeout(resolve, Math.random() * 25));
  child.kill('SIGKILL');
  await Promise.all([exited, closed]);
  return lines.filter((line) => /^[0-9a-f]{64}$/.test(line));
}
