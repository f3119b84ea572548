import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { AudioComponents } from '#audio/audio.ts';
import { voiceErrors } from '#audio/voice/errors.ts';
import {
  playerFavourite,
  playerPause,
  playerPlay,
  playerQueue,
  playerRemove,
  playerSkip,
  playerStatus,
  queuedMax,
  queuedPerPersonMax,
} from '#contracts/actions/player.ts';
import type { AuditRow } from '#contracts/audit.ts';
import { memorySettings } from '../../support/guild-settings.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { MemoryUploads } from '../media/support.ts';
import { MemoryArtifacts } from '../support/artifacts.ts';
import { ffmpegMissing } from '../support/ffmpeg.ts';
import { MemoryIntents } from '../support/harness.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { MemoryPlayers } from '../support/players.ts';
import { playerWorld } from './service-world.ts';

const g1 = { guildId: 'g1' };
const sample = { ...g1, what: 'sample' };
const song = oggLink(
  1,
  Array.from({ length: 100 }, (_, index) => opusPacket(index)),
  'Song',
);
const said = { message: expect.stringMatching(/\w.*\.$/), next: expect.stringMatching(/\w.*\.$/) };

type World = Awaited<ReturnType<typeof playerWorld>>;

const statusOf = async ({ run }: World) => (await run(playerStatus, g1)).player;

/** Ada plays it, alone in channel a. */
async function playing(world: World) {
  world.presence.sit('a', 'ada');
  await world.run(playerPlay, sample, world.as('ada'));
  return world;
}

/** So many items of cy wait, and nothing plays. */
async function filled(count: number, changes: Partial<AudioComponents> = {}) {
  const players = new MemoryPlayers();
  const item = { source: 'sample', facts: { title: 'x' }, addedBy: 'cy', addedByName: 'CY' };
  const put = Array.from({ length: count }, (_, place) => ({ ...item, id: `i${place}`, place }));
  const player = { guildId: 'g1', playerId: 'p1', phase: 'stopped', loop: 'off', positionMs: 0 } as const;
  await players.write({ player: { ...player, currentId: 'i0', resting: undefined }, put, remove: [] });
  const world = await playerWorld({ intents: new MemoryIntents(), players }, changes);
  world.roles.set('ada', 'dj');
  world.presence.sit('a', 'ada', 'bo');
  return world;
}

describe('limits', () => {
  test('the 501st item is refused, and of two at once the one that doesn’t fit', async () => {
    const { as, run } = await filled(queuedMax);
    const full = { ...said, code: 'PLAYER_QUEUE_FULL' };
    expect(await rejection(run(playerPlay, sample, as('ada')))).toMatchObject(full);
    await run(playerRemove, { ...g1, itemId: 'i7' }, as('ada'));
    const both = await Promise.allSettled(['ada', 'bo'].map((who) => run(playerPlay, sample, as(who))));
    expect(both.map((each) => (each.status === 'rejected' ? each.reason.code : 'queued'))).toEqual([
      'queued',
      'PLAYER_QUEUE_FULL',
    ]);
    expect((await run(playerQueue, g1)).player?.queuedCount).toBe(queuedMax - 1);
  });

  test('beyond playersMax nothing joins, and nothing is queued', async () => {
    const world = await playerWorld({}, {}, { playersMax: 0 });
    world.presence.sit('a', 'ada');
    const refused = await rejection(world.run(playerPlay, sample, world.as('ada')));
    expect(refused).toMatchObject({ ...said, code: 'PLAYER_TOO_MANY' });
    expect(world.voice.sessions).toEqual([]);
    expect(await statusOf(world)).toMatchObject({ state: 'stopped', queuedCount: 0 });
    expect((await statusOf(world))?.item).toBeUndefined();
  });

  test('where only DJs add, members neither play nor keep favourites', async () => {
    const settings = memorySettings();
    const world = await playing(await playerWorld({}, { settings }));
    await settings.change('g1', { whoAdds: 'djs' }, world.as('ada').actor);
    const itemId = (await statusOf(world))?.item?.id ?? '';
    for (const asked of [
      world.run(playerPlay, sample, world.as('ada')),
      world.run(playerPlay, g1, world.as('ada')),
      world.run(playerPlay, { ...g1, what: 'show@North' }, world.as('ada')),
      world.run(playerFavourite, { ...g1, itemId, keep: true }, world.as('ada')),
    ])
      expect(await rejection(asked)).toMatchObject({ ...said, code: 'PLAYER_DJS_ADD' });
    world.roles.set('ada', 'dj');
    expect(await world.run(playerPlay, sample, world.as('ada'))).toMatchObject({ outcome: 'queued' });
  });
});

/** Attached files that are counted as they are fetched, and where they are kept. */
function uploading() {
  const artifacts = new MemoryArtifacts();
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const fetched: string[] = [];
  const uploadStore = new MemoryUploads();
  const cids = new Set<string>();
  const store = Object.assign(artifacts, {
    async forget(cid: string) {
      cids.delete(cid);
    },
  });
  const putIn = artifacts.put.bind(artifacts);
  const keeping = new Proxy(store, {
    get(target, name) {
      if (name === 'put')
        return async ({ guildId, label }: { guildId: string; label: string }) => {
          const cid = putIn(guildId, label, song);
          cids.add(cid);
          return { ...(await target.get(cid, guildId)), isNew: true };
        };
      const value = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  const changes = {
    uploadStore,
    artifacts: () => keeping as never,
    attachments: () => ({
      async *open(url: string) {
        fetched.push(url);
        yield song;
      },
    }),
  } satisfies Partial<AudioComponents>;
  const url = 'https://cdn.discordapp.com/attachments/1/2/song.opus';
  const file = { name: 'song.opus', url, sizeBytes: song.length };
  return { changes, init: { stateDir: folder.path }, fetched, file, cids, rows: uploadStore.rows };
}

describe.skipIf(ffmpegMissing)('a file that can’t be queued', () => {
  test('isn’t fetched where the queue is full, a member may not, or no more players fit', async () => {
    const { changes, fetched, file } = uploading();
    const full = await filled(queuedMax, changes);
    const give = { ...g1, files: [file] };
    expect(await rejection(full.run(playerPlay, give, full.as('bo')))).toMatchObject({
      code: 'PLAYER_QUEUE_FULL',
    });
    const many = await playerWorld({}, changes, { playersMax: 0 });
    many.presence.sit('a', 'ada');
    expect(await rejection(many.run(playerPlay, give, many.as('ada')))).toMatchObject({
      code: 'PLAYER_TOO_MANY',
    });
    const own = await playing(await playerWorld({}, changes));
    for (let n = 1; n < queuedPerPersonMax; n++) await own.run(playerPlay, sample, own.as('ada'));
    expect(await rejection(own.run(playerPlay, give, own.as('ada')))).toMatchObject({
      ...said,
      code: 'PLAYER_QUEUE_FULL_PERSON',
    });
    own.presence.sit('a', 'ada', 'bo');
    const now = { ...give, when: 'now' } as const;
    expect(await rejection(own.run(playerPlay, now, own.as('bo')))).toMatchObject({
      code: 'PLAYER_DJS_ONLY',
    });
    expect(fetched).toEqual([]);
  });

  test('leaves nothing behind where the channel can’t be joined', async () => {
    const { changes, cids, fetched, file, init, rows } = uploading();
    const world = await playerWorld({}, changes, init);
    world.presence.sit('a', 'ada');
    world.voice.failNext = voiceErrors.VOICE_JOIN_TIMEOUT({ channelId: 'a', guildId: 'g1' });
    const give = { ...g1, files: [file] };
    expect(await rejection(world.run(playerPlay, give, world.as('ada')))).toMatchObject({
      code: 'VOICE_JOIN_TIMEOUT',
    });
    expect([fetched.length, cids.size, rows]).toEqual([1, 0, []]);
    expect(await world.run(playerPlay, give, world.as('ada'))).toMatchObject({ outcome: 'queued' });
    expect([cids.size, rows.length]).toEqual([1, 1]);
  });
});

describe('what is queued and gone when its turn comes', () => {
  test.each(['a file of the library', 'an upload'])('%s is said, and the next one plays', async (what) => {
    const folder = temporaryFolder();
    onTestFinished(() => folder[Symbol.dispose]());
    mkdirSync(join(folder.path, 'library'));
    const path = join(folder.path, 'library', 'song.opus');
    writeFileSync(path, song);
    const artifacts = new MemoryArtifacts();
    const cid = artifacts.put('g1', 'song.opus', song);
    const uploadStore = new MemoryUploads();
    await uploadStore.put('g1', { cid, userId: 'ada', sizeBytes: song.length, facts: { title: 'Song' } });
    const init = { libraryDir: join(folder.path, 'library'), stateDir: folder.path };
    const kept = { artifacts: () => artifacts as never, uploadStore };
    const world = await playing(await playerWorld({}, kept, init));
    const isUpload = what === 'an upload';
    await world.run(playerPlay, { ...g1, what: isUpload ? `artifact:${cid}` : 'song.opus' }, world.as('ada'));
    await world.run(playerPlay, sample, world.as('ada'));
    rmSync(path);
    artifacts.get = async () => undefined;
    await world.run(playerSkip, g1, world.as('ada'));
    await expect
      .poll(async () => (await statusOf(world))?.problem, { timeout: 15_000 })
      .toMatchObject({ ...said, code: isUpload ? 'AUDIO_ARTIFACT_GONE' : 'AUDIO_SOURCE_UNKNOWN' });
    await expect
      .poll(async () => statusOf(world), { timeout: 15_000 })
      .toMatchObject({ state: 'playing', item: { title: 'guildmesh sample' }, queuedCount: 0 });
  });
});

describe('while it is paused', () => {
  test('the bot is moved, muted and kicked: each is said, and the place is kept', async () => {
    const rows: AuditRow[] = [];
    const audit = { record: async (row: AuditRow) => void rows.push(row) };
    const world = await playing(await playerWorld({}, { audit: audit as never }));
    await world.run(playerPause, g1, world.as('ada'));
    const session = world.voice.sessions.at(-1);
    session?.moved('b');
    await expect.poll(async () => (await statusOf(world))?.channelId).toBe('b');
    session?.hindered('muted');
    await expect
      .poll(async () => (await statusOf(world))?.problem)
      .toMatchObject({ ...said, code: 'RELAY_MUTED' });
    session?.hindered(undefined);
    await expect.poll(async () => (await statusOf(world))?.problem).toBeUndefined();
    expect(await statusOf(world)).toMatchObject({ state: 'paused', item: { title: 'guildmesh sample' } });
    session?.ended({ kind: 'kicked', error: voiceErrors.VOICE_KICKED({ channelId: 'b', guildId: 'g1' }) });
    await expect.poll(async () => (await statusOf(world))?.problem?.code).toBe('PLAYER_KICKED');
    expect(await statusOf(world)).toMatchObject({ state: 'stopped', item: { title: 'guildmesh sample' } });
    expect(world.said.at(-1)).toMatch(/disconnected.* Run \/play .*Everybody may do that\.$/);
    expect(rows.find(({ action }) => action === 'relay.kicked')?.input).toMatchObject({
      mayRestart: 'everybody, with /play',
    });
    expect(await world.run(playerPlay, g1, world.as('ada'))).toMatchObject({ outcome: 'resumed' });
  });
});

test('the sample has its length, from the first card on', async () => {
  const world = await playing(await playerWorld());
  expect((await statusOf(world))?.item).toMatchObject({ durationMs: 76_000 });
});
