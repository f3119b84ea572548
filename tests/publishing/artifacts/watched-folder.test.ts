import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { lookMs, retryMs } from '../../../src/publishing/artifacts/watched-folder.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { folderForTest, startArtifacts } from './support.ts';

/** Knows whether the next look is waited for: then the one before is over, with all its real I/O. */
class LookClock extends FakeClock {
  isLookDue = false;

  override after(delayMs: number, run: () => void): { cancel(): void } {
    if (delayMs !== lookMs) return super.after(delayMs, run);
    this.isLookDue = true;
    return super.after(delayMs, () => {
      this.isLookDue = false;
      run();
    });
  }
}

async function watching(init: object = {}) {
  const clock = new LookClock(Date.now());
  const folder = folderForTest();
  const artifacts = await startArtifacts(
    { file: ':memory:' },
    { watchDir: folder, watchStableMs: 3_000, watchGuildId: '12345678901234567', ...init },
    { clock },
  );
  const isOver = () => vi.waitFor(() => expect(clock.isLookDue).toBe(true), { timeout: 10_000, interval: 5 });
  const look = async (times = 1) => {
    for (let turn = 0; turn < times; turn++) {
      await isOver();
      await clock.advance(lookMs);
      await isOver();
    }
  };
  const put = (name: string, text: string) => writeFileSync(join(folder, name), text);
  const inside = (name: string) => readdirSync(join(folder, name)).sort();
  return { ...artifacts, clock, folder, look, put, inside };
}

test('a file is taken in once it has not changed for a while, and moved to done', async () => {
  const { store, folder, look, put, inside } = await watching();
  put('report.txt', 'one');
  await look(2);
  appendFileSync(join(folder, 'report.txt'), ' two');
  await look(3);
  expect(await store.list({ limit: 9 })).toEqual([]);
  await look(2);
  expect(await store.list({ guildId: '12345678901234567', limit: 9 })).toMatchObject([
    { label: 'report.txt', source: 'folder', sizeBytes: 7, guildId: '12345678901234567' },
  ]);
  expect(inside('done')).toEqual(['report.txt']);
  put('report.txt', 'three');
  await look(5);
  expect(inside('done')).toEqual(['2-report.txt', 'report.txt']);
});

test('what lies there at the start is taken in too; links, folders, pipes and dot names are left alone', async () => {
  const { store, folder, look, put, inside } = await watching();
  put('.hidden', 'x');
  const outside = folderForTest();
  writeFileSync(join(outside, 'secret'), 'secret');
  symlinkSync(join(outside, 'secret'), join(folder, 'link'));
  symlinkSync(outside, join(folder, 'folder-link'));
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner', 'deep'), 'x');
  spawnSync('mkfifo', [join(folder, 'pipe')]);
  put('a', 'a');
  await look(6);
  expect((await store.list({ limit: 9 })).map(({ label }) => label)).toEqual(['a']);
  expect(inside('.')).toEqual(['.hidden', 'done', 'failed', 'folder-link', 'inner', 'link', 'pipe']);
});

test('what can’t be kept goes to failed, beside the reason', async () => {
  const { store, look, put, inside, folder } = await watching({ artifactBytesMax: 10 });
  put('big', 'x'.repeat(11));
  put('a\\b', 'x');
  put('empty', '');
  put(`${'n'.repeat(255)}`, 'x'.repeat(11));
  await look(6);
  expect(await store.list({ limit: 9 })).toEqual([]);
  expect(inside('failed')).toHaveLength(8);
  const reason = readFileSync(join(folder, 'failed', 'big.reason.txt'), 'utf8');
  expect(reason).toMatch(/^ARTIFACT_TOO_LARGE\nOne artifact may have at most 10 bytes\.\n/);
  expect(existsSync(join(folder, 'failed', 'big'))).toBe(true);
  expect(readFileSync(join(folder, 'failed', 'a\\b.reason.txt'), 'utf8')).toMatch(/^ARTIFACT_LABEL_INVALID/);
});

test('on a full disk a file stays where it is and is tried again later', async () => {
  const disk = folderForTest();
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk]).status !== 0) return;
  onTestFinished(() => void spawnSync('umount', ['-l', disk]));
  const { store, look, put, inside, clock } = await watching({ dir: join(disk, 'artifacts') });
  spawnSync('dd', ['if=/dev/zero', `of=${join(disk, 'ballast')}`, 'bs=4096']);
  put('a', 'x'.repeat(100_000));
  await look(6);
  expect([inside('failed'), inside('done')]).toEqual([[], []]);
  spawnSync('rm', [join(disk, 'ballast')]);
  await look(5);
  expect(await store.list({ limit: 9 })).toEqual([]);
  await clock.advance(retryMs);
  await look(5);
  expect(inside('done')).toEqual(['a']);
});

test('a file written to while it is read is not kept half', async () => {
  const { store, folder, look, put, inside } = await watching();
  put('growing', 'x'.repeat(5_000_000));
  await look(2);
  const writing = setInterval(() => appendFileSync(join(folder, 'growing'), 'more'), 1);
  onTestFinished(() => clearInterval(writing));
  await look(8);
  clearInterval(writing);
  expect([await store.list({ limit: 9 }), inside('done'), inside('failed')]).toEqual([[], [], []]);
  await look(6);
  expect(inside('done')).toEqual(['growing']);
});
