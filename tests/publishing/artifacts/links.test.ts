import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { rejection } from '../../support/rejection.ts';
import { folderForTest, never, startArtifacts } from './support.ts';

const text = 'what is to be kept';
const cid = createHash('sha256').update(text).digest('hex');

async function* bytes() {
  yield Buffer.from(text);
}

test('a link in the place of a folder of the store takes nothing in, gives nothing out, removes nothing', async () => {
  const dir = folderForTest();
  const outside = folderForTest();
  const { store, db } = await startArtifacts({ file: ':memory:' }, { dir });
  const draft = { label: 'a', source: 'test' };
  symlinkSync(outside, join(dir, cid.slice(0, 2)));
  expect(await rejection(store.put(draft, bytes(), never))).toMatchObject({ code: 'ARTIFACT_IO_FAILED' });
  expect(readdirSync(outside)).toEqual([]);

  rmSync(join(dir, cid.slice(0, 2)));
  await store.put(draft, bytes(), never);
  rmSync(join(dir, cid.slice(0, 2)), { recursive: true });
  writeFileSync(join(outside, cid.slice(2)), text);
  symlinkSync(outside, join(dir, cid.slice(0, 2)));
  expect(await rejection(store.read(cid, 100))).toMatchObject({ code: 'ARTIFACT_IO_FAILED' });

  await db.deleteFrom('artifact_label').execute();
  await db.deleteFrom('artifact').execute();
  await startArtifacts({ file: ':memory:' }, { dir });
  expect(existsSync(join(outside, cid.slice(2)))).toBe(true);
});

test('the store does not start while its folder for half-written files is a link', async () => {
  const dir = folderForTest();
  const outside = folderForTest();
  writeFileSync(join(outside, 'theirs'), '');
  symlinkSync(outside, join(dir, 'tmp'));
  expect(await rejection(startArtifacts({ file: ':memory:' }, { dir }))).toMatchObject({
    code: 'ARTIFACT_IO_FAILED',
  });
  expect(readdirSync(outside)).toEqual(['theirs']);
});

test('a folder among the half-written files keeps no store from starting', async () => {
  const dir = folderForTest();
  mkdirSync(join(dir, 'tmp', 'inner'), { recursive: true });
  await startArtifacts({ file: ':memory:' }, { dir });
  expect(readdirSync(dir)).toEqual(['tmp']);
});
