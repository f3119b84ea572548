import { spawnSync } from 'node:child_process';
import { mkdirSync, realpathSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HeldFolder } from '#storage/files/held-folder.ts';
import { openInPlace, openPlainFile } from '#storage/files/plain-file.ts';
import { rejection } from '../support/rejection.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return realpathSync(folder.path);
}

describe('a file is opened', () => {
  test('when it is a regular one; a link, a folder or a pipe is refused and not waited for', async () => {
    const folder = folderForTest();
    const file = join(folder, 'file');
    writeFileSync(file, 'text');
    symlinkSync(file, join(folder, 'link'));
    mkdirSync(join(folder, 'folder'));
    spawnSync('mkfifo', [join(folder, 'pipe')]);
    await using opened = await openPlainFile(file);
    expect(await opened.readFile('utf8')).toBe('text');
    for (const name of ['link', 'folder', 'pipe'])
      expect(await rejection(openPlainFile(join(folder, name))), name).toMatchObject({ code: 'ELOOP' });
    expect(await rejection(openPlainFile(join(folder, 'none')))).toMatchObject({ code: 'ENOENT' });
  });

  test('in place: not through a folder that became a link since its path was resolved', async () => {
    const folder = folderForTest();
    const shows = join(folder, 'shows');
    mkdirSync(shows);
    writeFileSync(join(shows, 'a'), 'ours');
    const outside = folderForTest();
    writeFileSync(join(outside, 'a'), 'theirs');
    const resolved = realpathSync(join(shows, 'a'));
    await using before = await openInPlace(resolved);
    expect(await before.readFile('utf8')).toBe('ours');
    renameSync(shows, `${shows}.away`);
    symlinkSync(outside, shows);
    expect(await rejection(openInPlace(resolved))).toMatchObject({ code: 'ELOOP' });
  });
});

test('a held folder is no link, and stays the one it was when its name leads elsewhere', async () => {
  const folder = join(folderForTest(), 'held');
  mkdirSync(folder);
  const outside = folderForTest();
  const held = await HeldFolder.open(folder);
  onTestFinished(() => held.close());
  renameSync(folder, `${folder}.away`);
  symlinkSync(outside, folder);
  expect(await rejection(HeldFolder.open(folder))).toMatchObject({ code: 'ELOOP' });
  if (process.platform !== 'linux') return;
  writeFileSync(held.at('a'), 'ours');
  expect(await held.realPath()).toBe(`${folder}.away`);
  await using written = await openPlainFile(join(`${folder}.away`, 'a'));
  expect(await written.readFile('utf8')).toBe('ours');
});
