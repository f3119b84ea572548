import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { audioErrors } from '#audio/errors.ts';
import { pageChecksum } from '#audio/ogg/checksum.ts';
import { parseOpusTags } from '#audio/opus/headers.ts';
import { silencePayload } from '#audio/opus/toc.ts';
import { recordLimits } from '#audio/record/limits.ts';
import { partPath } from '#audio/record/recording-notes.ts';
import type { RecordingsComponents } from '#audio/record/recordings.ts';
import { recordingList, recordingStart, recordingStop } from '#contracts/actions/recording.ts';
import { createLogger } from '#core/logger.ts';
import { Scrubber } from '#core/scrubber.ts';
import { collected, folderForTest, startArtifacts } from '../../publishing/artifacts/support.ts';
import { chromiumPath, launchChromium, noChromium } from '../../support/chromium.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { standingsOf } from '../../support/standings.ts';
import { demux } from '../support/demux.ts';
import { musicFrames, type RecordBench, recordBench } from './support.ts';

const music = musicFrames();

async function bench(init: { artifactBytesMax?: number } = {}, more: Partial<RecordingsComponents> = {}) {
  const folder = folderForTest();
  const { store } = await startArtifacts({ file: join(folderForTest(), 'hub.db') }, init);
  const made = await recordBench(folder, store, more);
  onTestFinished(() => made.recordings.stop());
  const bytesOf = async (cid: string | undefined) => collected(store.open(cid ?? ''));
  return { ...made, folder, store, bytesOf };
}

function play({ broadcasts }: RecordBench, frames = music): void {
  for (const frame of frames) broadcasts.send('radio', frame);
}

test('what was broadcast is what is kept, packet by packet, and nothing is left behind', async () => {
  const made = await bench();
  const started = await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  expect(started).toMatchObject({ state: 'recording', title: 'Radio: first song', partNumber: 1 });
  play(made);
  const { kept, durationMs } = await made.act(recordingStop, { guildId: '1', recording: 'radio' });
  expect(durationMs).toBe(10_000);
  expect(kept).toHaveLength(1);
  const bytes = await made.bytesOf(kept[0]?.cid);
  expect(demux(bytes).packets).toEqual(music.map(({ payload }) => payload));
  expect(await made.store.get(kept[0]?.cid ?? '')).toMatchObject({
    mediaType: 'audio/ogg',
    source: 'live recording for neighbours',
  });
  expect(readdirSync(made.folder)).toEqual([]);
  expect((await made.act(recordingList, { guildId: '1' })).recordings).toEqual([]);
});

test('pages: a second at most, checksums right, granules that add up, the last one marked', async () => {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made);
  const { kept } = await made.act(recordingStop, { guildId: '1', recording: 'radio' });
  const pages = pagesOf(await made.bytesOf(kept[0]?.cid));
  expect(pages.every(({ sound }) => sound)).toBe(true);
  expect(pages.map(({ flags }) => flags)).toEqual([2, ...Array(pages.length - 2).fill(0), 4]);
  const audio = pages.slice(2).map(({ granule }) => granule);
  expect(audio.at(-1)).toBe(500 * 960);
  for (const [index, granule] of audio.entries())
    expect(granule - (audio[index - 1] ?? 0)).toBeLessThanOrEqual(48_000);
});

test('titles become chapters, where they began', async () => {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made, music.slice(0, 200));
  made.broadcasts.retitle('radio', 'Radio: second song');
  play(made, music.slice(200));
  const { kept } = await made.act(recordingStop, { guildId: '1', recording: 'radio' });
  const comments = commentsOf(await made.bytesOf(kept[0]?.cid));
  expect(comments).toMatchObject({
    ARTIST: 'North',
    CHAPTER001: '00:00:00.000',
    CHAPTER001NAME: 'Radio: first song',
    CHAPTER002: '00:00:05.000',
    CHAPTER002NAME: 'Radio: second song',
  });
});

test('a part that has grown to the limit is kept while the next one goes on, without a frame lost', async () => {
  const made = await bench({ artifactBytesMax: 10_000_000 });
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio', partMiB: 1 });
  const large = Array.from({ length: 3_000 }, (_, sequence) => {
    const payload = new Uint8Array(1_000).fill(sequence & 0xff);
    payload[0] = 0xf8;
    return { streamId: 1, sequence, captureTimeMs: sequence * 20, payload };
  });
  for (let at = 0; at < large.length; at += 100) {
    play(made, large.slice(at, at + 100));
    // Between two parts none is being written: far more than a second of audio must not come then.
    await expect
      .poll(async () => (await made.act(recordingList, { guildId: '1' })).recordings[0]?.chapters)
      .toHaveLength(1);
  }
  const { kept } = await made.act(recordingStop, { guildId: '1', recording: 'radio' });
  expect(kept.length).toBe(3);
  const packets = (await Promise.all(kept.map(({ cid }) => made.bytesOf(cid)))).flatMap(
    (b) => demux(b).packets,
  );
  expect(packets).toEqual(large.map(({ payload }) => payload));
});

test('missing frames are silence of the same length; a long gap is cut short', async () => {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made, [music[0]!, music[4]!]);
  const later = {
    ...music[5]!,
    streamId: 2,
    sequence: 0,
    captureTimeMs: music[4]!.captureTimeMs + 3_600_000,
  };
  play(made, [later]);
  const { kept } = await made.act(recordingStop, { guildId: '1', recording: 'radio' });
  const { packets } = demux(await made.bytesOf(kept[0]?.cid));
  expect(packets.slice(1, 4)).toEqual([silencePayload, silencePayload, silencePayload]);
  expect(packets).toHaveLength(1 + 3 + 1 + recordLimits.gapFramesMax + 1);
});

test('it ends with its broadcast', async () => {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made);
  made.broadcasts.end('radio', 'broadcast-ended');
  await expect.poll(async () => (await made.act(recordingList, { guildId: '1' })).recordings).toEqual([]);
  expect(await made.store.list({ limit: 5 })).toMatchObject([{ source: 'live recording for neighbours' }]);
});

test('when the hub stops, the end of its broadcasts is no end of the recording: it goes on at the next start', async () => {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made);
  const drained = made.recordings.drain();
  made.broadcasts.end('radio', 'broadcast-ended');
  await drained;
  expect(await made.store.list({ limit: 5 })).toHaveLength(1);

  const next = await recordBench(made.folder, made.store);
  onTestFinished(() => next.recordings.drain());
  await expect
    .poll(async () => (await next.act(recordingList, { guildId: '1' })).recordings)
    .toMatchObject([{ state: 'recording', partNumber: 2 }]);
});

function loggerTo(log: string[]) {
  const write = (line: string) => void log.push(line);
  return createLogger({ level: 'warn', scrubber: new Scrubber(), write });
}

/** Recorded, then the hub stopped and started with these parts of it otherwise. */
async function restarted(more: (made: RecordBench & { folder: string }) => Partial<RecordingsComponents>) {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made);
  await made.recordings.drain();
  const log: string[] = [];
  const next = await recordBench(made.folder, made.store, { logger: loggerTo(log), ...more(made) });
  onTestFinished(() => next.recordings.drain());
  const listed = async () => (await next.act(recordingList, { guildId: '1' })).recordings;
  return { ...next, folder: made.folder, store: made.store, log, listed };
}

test('one that can’t go on after a restart ends with the reason, and what it had is kept', async () => {
  const full = audioErrors.AUDIO_BROADCAST_FULL({ broadcast: 'radio', subscribersMax: 1 });
  const catalogueFor =
    ({ broadcasts, belongs }: RecordBench) =>
    () => ({
      list: () => broadcasts.list().map((info) => ({ ...info, ...belongs })),
      subscribe: () => {
        throw full;
      },
    });
  const refused = await restarted((made) => ({ catalogueFor: catalogueFor(made) }));
  const onDisk = await restarted(({ folder }) => {
    // In the place of the file that would follow.
    for (const id of readdirSync(folder)) mkdirSync(partPath(join(folder, id), 2));
    return {};
  });
  for (const [code, world] of [
    ['AUDIO_BROADCAST_FULL', refused],
    ['RECORD_DISK', onDisk],
  ] as const) {
    await expect
      .poll(() => world.told, { message: code })
      .toEqual([expect.stringMatching(`^4711 .*ended.*${code}`)]);
    expect(await world.listed(), code).toEqual([]);
    expect(world.log.join(''), code).toMatch(new RegExp(`${code}.*could not go on`));
    expect(await world.store.list({ limit: 5 }), code).toHaveLength(1);
  }
  expect(readdirSync(refused.folder)).toEqual([]);
});

test('a part that can’t be kept in time stays as a file, and why is logged', async () => {
  const clock = new FakeClock();
  const asked = Promise.withResolvers<void>();
  const put: RecordingsComponents['artifacts']['put'] = (_draft, _bytes, signal) =>
    new Promise((_, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      asked.resolve();
    });
  const log: string[] = [];
  const made = await bench({}, { artifacts: { put }, clock, logger: loggerTo(log) });
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made);
  const stopped = made.act(recordingStop, { guildId: '1', recording: 'radio' });
  await asked.promise;
  await clock.advance(recordLimits.storeTimeoutMs);
  expect((await stopped).kept).toEqual([]);
  expect(log.join('')).toContain('keeping a recorded part took too long');
  const [id = ''] = readdirSync(made.folder);
  expect(readdirSync(join(made.folder, id))).toContain('part-001.opus');
});

test('it can be ended at every moment while a start takes it up again, and nothing of it goes on', async () => {
  for (let turns = 0; turns < 24; turns++) {
    const made = await bench();
    await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
    play(made);
    await made.recordings.drain();
    const next = await recordBench(made.folder, made.store);
    onTestFinished(() => next.recordings.drain());
    const listed = async () => (await next.act(recordingList, { guildId: '1' })).recordings;
    while ((await listed()).length === 0) await turn();
    for (let left = turns; left > 0; left--) await turn();
    const ended = await next.act(recordingStop, { guildId: '1', recording: 'radio' });
    expect(ended, `after ${turns} turns`).toMatchObject({ state: 'keeping', broadcast: 'radio' });
    expect(await listed()).toEqual([]);
    expect(next.broadcasts.sinkCount('radio'), `after ${turns} turns`).toBe(0);
    expect(readdirSync(made.folder), `after ${turns} turns`).toEqual([]);
  }
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('people who speak in a live channel are notified, at the start and at the end', async () => {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made);
  await made.act(recordingStop, { guildId: '1', recording: 'radio' });
  expect(made.told).toEqual([
    expect.stringMatching(/^4711 .*being recorded/),
    expect.stringMatching(/^4711 .*has ended/),
  ]);
});

test('a recording is its own guild’s, and no guild records people of another', async () => {
  const made = await bench();
  const record = (guildId: string) => made.act(recordingStart, { guildId, broadcast: 'radio' });
  await expect(record('2')).rejects.toMatchObject({ code: 'RECORD_LIVE_OF_ANOTHER_SERVER' });
  made.belongs.liveChannelIds = [];
  made.belongs.audience = 'server';
  await expect(record('2')).rejects.toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
  const { id } = await record('1');
  for (const recording of [id, 'radio'])
    await expect(made.act(recordingStop, { guildId: '2', recording })).rejects.toMatchObject({
      code: 'RECORD_UNKNOWN',
    });
  expect((await made.act(recordingList, { guildId: '2' })).recordings).toEqual([]);
  expect((await made.act(recordingList, { guildId: '1' })).recordings).toHaveLength(1);
  made.belongs.audience = 'community';
  expect((await record('2')).id).not.toBe(id);
});

test('what is kept says for whom it was: the narrowest its broadcast had, and whose voices are in it', async () => {
  const made = await bench();
  const recorded = async (during = () => {}) => {
    await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
    play(made);
    during();
    const { kept } = await made.act(recordingStop, { guildId: '1', recording: 'radio' });
    return (await made.store.get(kept[0]?.cid ?? '', '1'))?.source;
  };
  expect(await recorded()).toBe('live recording for neighbours');
  made.belongs.liveChannelIds = [];
  expect(await recorded()).toBe('recording');
  const narrowed = await recorded(() => {
    made.narrow('server');
    made.belongs.audience = 'neighbours';
  });
  expect(narrowed).toBe('recording for server');
});

test('one recording of a broadcast, and not of one that isn’t there', async () => {
  const made = await bench();
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  await expect(made.act(recordingStart, { guildId: '1', broadcast: 'radio' })).rejects.toMatchObject({
    code: 'RECORD_ALREADY',
  });
  await expect(made.act(recordingStart, { guildId: '1', broadcast: 'none' })).rejects.toMatchObject({
    code: 'AUDIO_UNKNOWN_BROADCAST',
  });
  await expect(made.act(recordingStop, { guildId: '1', recording: 'none' })).rejects.toMatchObject({
    code: 'RECORD_UNKNOWN',
  });
  for (let count = 1; count < recordLimits.recordingsMax; count += 1) {
    made.broadcasts.add(`more${count}`);
    await made.act(recordingStart, { guildId: '1', broadcast: `more${count}` });
  }
  made.broadcasts.add('last');
  await expect(made.act(recordingStart, { guildId: '1', broadcast: 'last' })).rejects.toMatchObject({
    code: 'RECORD_TOO_MANY',
  });
});

test.skipIf(!chromiumPath())(
  `a browser plays it: right length, not silent${chromiumPath() ? '' : `: skipped, ${noChromium}`}`,
  { timeout: 60_000 },
  async () => {
    const made = await bench();
    await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
    play(made);
    const { kept } = await made.act(recordingStop, { guildId: '1', recording: 'radio' });
    const bytes = await made.bytesOf(kept[0]?.cid);
    const browser = await launchChromium();
    onTestFinished(() => browser.close());
    const page = await browser.newPage();
    const url = `data:audio/ogg;base64,${Buffer.from(bytes).toString('base64')}`;
    const heard = (await page.evaluate(playInPage(url))) as Heard;
    // A decoder throws 80 ms away at the start; Chromium's display of the length counts them.
    expect(Math.abs(heard.durationS - 10)).toBeLessThan(0.1);
    expect(Math.abs(heard.decodedS - 10)).toBeLessThan(0.1);
    expect(heard.loudest).toBeGreaterThan(0.05);
    expect(heard.advancedS).toBeGreaterThan(0.2);
  },
);

interface Heard {
  durationS: number;
  decodedS: number;
  loudest: number;
  advancedS: number;
}

/** Runs in the page, whose types aren't ours. */
const playInPage = (url: string) => `(async () => {
  const audio = new Audio('${url}');
  await audio.play();
  await new Promise((resolve) => setTimeout(resolve, 800));
  const bytes = await (await fetch('${url}')).arrayBuffer();
  const decoded = await new OfflineAudioContext(2, 48000, 48000).decodeAudioData(bytes);
  let loudest = 0;
  for (const sample of decoded.getChannelData(0)) loudest = Math.max(loudest, Math.abs(sample));
  return { durationS: audio.duration, decodedS: decoded.duration, loudest, advancedS: audio.currentTime };
})()`;

function pagesOf(bytes: Uint8Array) {
  const buffer = Buffer.from(bytes);
  const pages: { flags: number; granule: number; sound: boolean }[] = [];
  for (let at = 0; at < buffer.length; ) {
    expect(buffer.toString('latin1', at, at + 4)).toBe('OggS');
    const segments = buffer.subarray(at + 27, at + 27 + (buffer[at + 26] ?? 0));
    const end = at + 27 + segments.length + segments.reduce((sum, lace) => sum + lace, 0);
    pages.push({
      flags: buffer[at + 5] ?? 0,
      granule: Number(buffer.readBigInt64LE(at + 6)),
      sound: buffer.readUInt32LE(at + 22) === pageChecksum(buffer, at, end),
    });
    at = end;
  }
  return pages;
}

function commentsOf(bytes: Uint8Array): Record<string, string> {
  const buffer = Buffer.from(bytes);
  let at = buffer.indexOf('OpusTags') + 8;
  expect(parseOpusTags(buffer.subarray(at - 8)).title).toBe('Radio: first song');
  at += 4 + buffer.readUInt32LE(at);
  const comments: Record<string, string> = {};
  let count = buffer.readUInt32LE(at);
  for (at += 4; count > 0; count -= 1) {
    const length = buffer.readUInt32LE(at);
    const [name = '', value = ''] = buffer.toString('utf8', at + 4, at + 4 + length).split('=', 2);
    comments[name] = value;
    at += 4 + length;
  }
  return comments;
}

test('a guild that stops being home has its recording ended with the reason, and what was recorded is kept', async () => {
  const standings = standingsOf('home');
  const made = await bench({}, { standings });
  await made.act(recordingStart, { guildId: '1', broadcast: 'radio' });
  play(made);
  standings.set('2', 'foreign');
  expect((await made.act(recordingList, { guildId: '1' })).recordings).toHaveLength(1);
  standings.set('1', 'foreign');
  await expect.poll(async () => (await made.act(recordingList, { guildId: '1' })).recordings).toEqual([]);
  expect(made.told.at(-1)).toMatch(/has ended: this server is no longer a home server/);
  const [kept] = await made.store.list({ guildId: '1', limit: 10 });
  const bytes = await made.bytesOf(kept?.cid);
  expect(demux(bytes).packets).toEqual(music.map(({ payload }) => payload));
});
