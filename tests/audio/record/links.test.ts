import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { mendPart } from '#audio/record/mend-part.ts';
import { PartKeeper } from '#audio/record/part-keeper.ts';
import { readNotes, writeNotes } from '#audio/record/recording-notes.ts';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { recordBench } from './support.ts';

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  return folder.path;
}

const part = { number: 1, startedAtMs: 1, chapters: [] };
const notes = {
  ...{ id: 'aaaaaaaaaaaa', broadcastId: 'gone', title: 'Radio', community: 'North', wantedBy: 'x' },
  ...{ startedAtMs: 1, partBytesMax: 1_000_000, ended: true, parts: [part] },
};
const nothing = {
  put: async () => {
    throw new Error('nothing is to be kept');
  },
};

test('notes are written through no link, and read through none', async () => {
  const folder = folderForTest();
  const outside = join(folderForTest(), 'outside');
  writeFileSync(outside, 'theirs');
  symlinkSync(outside, join(folder, 'recording.json.new'));
  await writeNotes(folder, notes);
  expect(readFileSync(outside, 'utf8')).toBe('theirs');
  expect(await readNotes(folder)).toEqual(notes);

  const linked = folderForTest();
  symlinkSync(join(folder, 'recording.json'), join(linked, 'recording.json'));
  expect(await readNotes(linked)).toBeUndefined();
});

test('a part that is a link is neither repaired nor kept', async () => {
  const folder = folderForTest();
  const outside = join(folderForTest(), 'outside');
  writeFileSync(outside, 'theirs');
  const path = join(folder, 'part-001.opus');
  symlinkSync(outside, path);
  const tags = { title: '', artist: '', startedAtMs: 1, chapters: [] };
  expect(await rejection(mendPart(path, tags))).toMatchObject({ code: 'ELOOP' });
  const keeper = new PartKeeper({ artifacts: nothing, clock: systemClock(), logger: silentLogger() });
  const keeping = keeper.keep(folder, notes, part, true, new AbortController().signal);
  expect(await rejection(keeping)).toMatchObject({ code: 'ELOOP' });
  expect(readFileSync(outside, 'utf8')).toBe('theirs');
});

test('a recording that is a link to a folder is left alone, and recordings that are one do not start', async () => {
  const outside = folderForTest();
  await writeNotes(outside, notes);
  writeFileSync(join(outside, 'part-001.opus'), 'theirs');
  const recordingsFolder = join(folderForTest(), 'recordings');
  mkdirSync(recordingsFolder);
  symlinkSync(outside, join(recordingsFolder, notes.id));
  const { recordings } = await recordBench(recordingsFolder, nothing);
  await recordings.start();
  await recordings.drain();
  expect(readdirSync(outside)).toEqual(['part-001.opus', 'recording.json']);

  const linked = join(folderForTest(), 'recordings');
  symlinkSync(outside, linked);
  const bench = recordBench(linked, nothing).then((made) => made.recordings.start());
  expect(await rejection(bench)).toMatchObject({ code: 'RECORD_DISK', details: { reason: 'ELOOP' } });
});
