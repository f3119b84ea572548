import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { WatchedFiles } from '#publishing/artifacts/watched-files.ts';
import { lookMs, retryMs } from '#publishing/artifacts/watched-folder.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
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
  const log: string[] = [];
  const logger = createLogger({ level: 'error', scrubber: new Scrubber(), write: (line) => log.push(line) });
  const artifacts = await startArtifacts(
    { file: ':memory:' },
    { watchDir: folder, watchStableMs: 3_000, watchGuildId: '12345678901234567', ...init },
    { clock, logger },
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
  return { ...artifacts, clock, folder, look, put, inside, log };
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

/** A file outside, that nothing in the watched folder may change, take in or take away. */
function outsider(text = 'theirs') {
  const folder = folderForTest();
  const path = join(folder, 'outside');
  writeFileSync(path, text);
  return { folder, path, text: () => readFileSync(path, 'utf8') };
}

test('a link in the place of a reason is neither followed nor replaced; the file gets a number', async () => {
  const { look, put, inside, folder } = await watching({ artifactBytesMax: 10 });
  const outside = outsider();
  symlinkSync(outside.path, join(folder, 'failed', 'big.reason.txt'));
  symlinkSync(join(outside.folder, 'new'), join(folder, 'failed', '2-big.reason.txt'));
  put('big', 'x'.repeat(11));
  await look(6);
  expect(outside.text()).toBe('theirs');
  expect(readdirSync(outside.folder)).toEqual(['outside']);
  expect(inside('failed')).toEqual(['2-big.reason.txt', '3-big', '3-big.reason.txt', 'big.reason.txt']);
});

test('a link in the place of a moved file stays what it is', async () => {
  const { look, put, inside, folder } = await watching();
  const outside = outsider();
  symlinkSync(outside.path, join(folder, 'done', 'report'));
  put('report', 'ours');
  await look(6);
  expect(outside.text()).toBe('theirs');
  expect(inside('done')).toEqual(['2-report', 'report']);
});

test.each(['.', 'done', 'failed'])('is not begun with while %s is a link', async (name) => {
  const folder = folderForTest();
  const outside = outsider();
  const watchDir = join(folder, 'watched');
  if (name !== '.') mkdirSync(watchDir);
  symlinkSync(outside.folder, join(watchDir, name).replace(/\/\.$/, ''));
  expect(await rejection(watching({ watchDir }))).toMatchObject({
    code: 'ARTIFACT_WATCH_LINK',
    next: expect.stringContaining('artifacts.watchDir'),
  });
  expect(readdirSync(outside.folder)).toEqual(['outside']);
});

test.each(['watched', 'done', 'failed', 'above'])(
  'while in use, %s replaced by a link: nothing is taken in, moved or written; with the folder back it goes on',
  async (name) => {
    const above = join(folderForTest(), 'above');
    const watchDir = join(above, 'watched');
    mkdirSync(watchDir, { recursive: true });
    const { store, look, log } = await watching({ watchDir, artifactBytesMax: 10 });
    const place = name === 'watched' ? watchDir : name === 'above' ? above : join(watchDir, name);
    const outside = folderForTest();
    if (name === 'above') mkdirSync(join(outside, 'watched'));
    renameSync(place, `${place}.away`);
    symlinkSync(outside, place);
    const within = name === 'above' ? join(outside, 'watched') : name === 'watched' ? outside : watchDir;
    writeFileSync(join(within, 'good'), 'x');
    writeFileSync(join(within, 'big'), 'x'.repeat(11));
    const before = readdirSync(outside, { recursive: true });
    await look(8);
    expect(readdirSync(outside, { recursive: true })).toEqual(before);
    expect(await store.list({ limit: 9 })).toEqual([]);
    expect(log.filter((line) => line.includes('ARTIFACT_WATCH_LINK'))).toHaveLength(1);

    rmSync(place);
    renameSync(`${place}.away`, place);
    for (const left of ['good', 'big']) rmSync(join(watchDir, left), { force: true });
    writeFileSync(join(watchDir, 'later'), 'x');
    await look(8);
    expect(readdirSync(join(watchDir, 'done'))).toEqual(['later']);
  },
);

test('what takes a file’s place between the look and the read is not read', async () => {
  const folder = folderForTest();
  const outside = outsider('secret');
  for (const name of ['link', 'other']) writeFileSync(join(folder, name), 'ours');
  const files = await WatchedFiles.open(folder);
  onTestFinished(() => files.close());
  const [link, other] = await files.list(9);
  if (!link || !other) throw new Error('no files');
  rmSync(join(folder, 'link'));
  symlinkSync(outside.path, join(folder, 'link'));
  renameSync(outside.path, join(folder, 'other'));
  expect(await rejection(files.bytesOf(link).next())).toMatchObject({ code: 'ELOOP' });
  expect(await rejection(files.bytesOf(other).next())).toMatchObject({ code: 'ARTIFACT_CHANGED' });
});

test('another file under the name of one that was kept is not moved away unread', async () => {
  const folder = folderForTest();
  for (const name of ['done', 'failed']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'a'), 'first');
  const files = await WatchedFiles.open(folder);
  onTestFinished(() => files.close());
  const [file] = await files.list(9);
  if (!file) throw new Error('no file');
  rmSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a'), 'second');
  expect(await rejection(files.moveToDone(file))).toMatchObject({ code: 'ARTIFACT_CHANGED' });
  expect(await rejection(files.moveToFailed(file, 'x'))).toMatchObject({ code: 'ARTIFACT_CHANGED' });
  expect(readdirSync(join(folder, 'failed'))).toEqual([]);
});

test.runIf(process.platform === 'linux')(
  'a folder replaced in the middle of a look is still the one that is worked in',
  async () => {
    const folder = join(folderForTest(), 'watched');
    mkdirSync(folder);
    writeFileSync(join(folder, 'a'), 'ours');
    const outside = folderForTest();
    mkdirSync(join(outside, 'done'));
    writeFileSync(join(outside, 'a'), 'theirs');
    const files = await WatchedFiles.open(folder);
    onTestFinished(() => files.close());
    const [file] = await files.list(9);
    if (!file) throw new Error('no file');
    renameSync(folder, `${folder}.away`);
    symlinkSync(outside, folder);
    const chunks: Uint8Array[] = [];
    for await (const chunk of files.bytesOf(file)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('ours');
    await files.moveToDone(file);
    expect(readdirSync(join(outside, 'done'))).toEqual([]);
    expect(readdirSync(join(`${folder}.away`, 'done'))).toEqual(['a']);
  },
);
