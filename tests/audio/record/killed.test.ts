import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, globSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';
import { recordingList } from '#contracts/actions/recording.ts';
import { collected, folderForTest, startArtifacts } from '../../publishing/artifacts/support.ts';
import { demux } from '../support/demux.ts';
import { musicFrames, recordBench } from './support.ts';

test.each([
  ['as it lies there', () => {}],
  ['with its last page cut off', (path: string) => truncateSync(path, statSync(path).size - 777)],
  ['with rubbish at its end', (path: string) => appendFileSync(path, Buffer.alloc(5_000, 0x4f))],
])('after kill -9 the file is finished and kept, %s', { timeout: 30_000 }, async (_, damage) => {
  const folder = folderForTest();
  const sent = await recordUntilKilled(folder);
  const [part = ''] = globSync('*/part-001.opus', { cwd: folder });
  expect(part).not.toBe('');
  damage(join(folder, part));

  const { store } = await startArtifacts({ file: join(folderForTest(), 'hub.db') });
  const { recordings, act, broadcasts } = await recordBench(folder, store);
  onTestFinished(() => recordings.stop());
  await expect.poll(async () => (await store.list({ limit: 5 })).length).toBe(1);
  const [kept] = await store.list({ limit: 5 });
  const { packets, demuxer } = demux(await collected(store.open(kept?.cid ?? '')));
  // A page is a second; one more may have been on its way.
  expect(packets.length).toBeGreaterThan(sent - 200);
  const music = musicFrames();
  expect(
    packets.every((packet, index) => music[index % music.length]?.payload.every((b, at) => b === packet[at])),
  ).toBe(true);
  expect(demuxer.damagedPageCount).toBe(0);

  // Nobody ended it: it goes on with the next part as soon as the broadcast is there.
  await expect
    .poll(async () => (await act(recordingList, { guildId: '1' })).recordings)
    .toMatchObject([{ state: 'recording', partNumber: 2 }]);
  expect(broadcasts.sinkCount('radio')).toBe(1);
});

async function recordUntilKilled(folder: string): Promise<number> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'recorder-process.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let sent = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    sent = Number(line);
    if (sent >= 2_000) break;
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  return sent;
}
