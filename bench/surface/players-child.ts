/** 100 players of 100 guilds in an audio service of this process, and what they hold; prints PlayersReport. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VoiceStream } from '#audio/voice-contract.ts';
import { playerPlay, playerStatus } from '#contracts/actions/player.ts';
import type { GuildMemberActor } from '#contracts/actor.ts';
import { audioUnderTest, type Run, system } from '../../tests/audio/support/harness.ts';
import { MemoryPlayers } from '../../tests/audio/support/players.ts';
import { GuildsPort, VoicePort, voiceChannel } from '../../tests/audio/support/ports.ts';
import { memorySettings } from '../../tests/support/guild-settings.ts';
import { runFfmpeg } from '../ingest/measuring.ts';
import { searchPath } from './opener.ts';
import { pause, until } from './world.ts';

export interface PlayersReport {
  count: number;
  /** MiB for each. */
  fresh: number;
  played: number;
  /** What the growth is made of. */
  kinds: string;
}

const count = 100;
/** So many play at once: two cores decode for them. */
const atOnce = 8;
const playedMs = 1_500;
const songCount = 10;
const songSeconds = 60;
const userId = 'ada';

/** Sound that reaches a channel is counted, and nothing of it is kept. */
class CountingVoice extends VoicePort {
  readonly counts = new Map<string, number>();

  override openStream(key: string): VoiceStream {
    const count = () => void this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    return { key, frame: count, flush: () => {}, interrupted: () => {}, close: () => {} };
  }

  get frameCount(): number {
    return [...this.counts.values()].reduce((sum, each) => sum + each, 0);
  }
}

class Rooms {
  readonly #seated = new Set<string>();
  readonly #listeners = new Set<(guildId: string) => void>();

  listeners = (guildId: string) => (this.#seated.has(guildId) ? [{ userId, deafened: false }] : []);
  listenerCount = (guildId: string) => this.listeners(guildId).length;
  onChange = (listener: (guildId: string) => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  sit(guildId: string, isThere: boolean): void {
    if (isThere) this.#seated.add(guildId);
    else this.#seated.delete(guildId);
    for (const listener of this.#listeners) listener(guildId);
  }
}

const folder = mkdtempSync(join(tmpdir(), 'guildmesh-surface-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
await makeSongs();
const voice = new CountingVoice();
const rooms = new Rooms();
const guilds = new GuildsPort();
const settings = memorySettings();
const { audio, run } = service();
await audio.start?.(new AbortController().signal);

// Code that the first player of each kind loads is no player's.
for (const guildId of ['warm0', 'warm1', 'warm2', 'warm3']) await open(guildId);
await playAll(['warm0', 'warm1', 'warm2', 'warm3']);
const before = await held();
const all = Array.from({ length: count }, (_, index) => `g${index}`);
for (const guildId of all) {
  await open(guildId);
  await play(run, guildId);
}
const fresh = await held();
await playAll(all);
const played = await held();
const report: PlayersReport = {
  count,
  fresh: mebibytes(fresh.rss - before.rss) / count,
  played: mebibytes(played.rss - before.rss) / count,
  kinds: (['heapUsed', 'external', 'rss'] as const)
    .map(
      (kind) =>
        `${kind} ${[before, fresh, played].map((each) => mebibytes(each[kind]).toFixed(1)).join(' ')}`,
    )
    .join(', '),
};
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit();

function service() {
  mkdirSync(join(folder, 'state'));
  return audioUnderTest(
    {
      ...{ voice, guilds, settings, presence: rooms, playerStore: new MemoryPlayers() },
      uploadStore: { list: async () => [] } as never,
      stage: { speak: async () => 'speaking' },
      announcer: { announce: async () => {} } as never,
      roles: { roleOf: async () => 'member' },
    },
    {
      ...{
        libraryDir: join(folder, 'library'),
        cacheFolder: join(folder, 'decoded'),
        cacheBytesMax: 2 ** 28,
      },
      ...{ stateDir: join(folder, 'state'), searchPath, playersMax: 200, relaysMax: 200, decodersMax: 16 },
    },
  );
}

async function open(guildId: string): Promise<void> {
  // The channel is left at once, and decoders end.
  await settings.change(guildId, { leaveAfterMs: 50 }, system);
  guilds.channels.set(`${guildId}-room`, voiceChannel(`${guildId}-room`, { guildId }));
}

async function play(run: Run, guildId: string): Promise<void> {
  const index = Number(guildId.replace(/\D/g, ''));
  const actor: GuildMemberActor = {
    ...{ kind: 'guild-member', guildId, userId, displayName: userId, roleIds: [] },
    ...{ isGuildOwner: true, hasManageGuild: true, isOperator: false },
  };
  const what = `song ${index % songCount}.${index % 2 === 0 ? 'mp3' : 'opus'}`;
  const { outcome } = await run(playerPlay, { guildId, what, channelId: `${guildId}-room` }, { actor });
  if (outcome !== 'queued') throw new Error(`${what} in ${guildId}: ${outcome}`);
}

/** Somebody listens for a while, then leaves. */
async function playAll(guildIds: readonly string[]): Promise<void> {
  for (let at = 0; at < guildIds.length; at += atOnce) {
    const some = guildIds.slice(at, at + atOnce);
    for (const guildId of some) {
      if (guildId.startsWith('warm')) await play(run, guildId);
      rooms.sit(guildId, true);
    }
    for (const guildId of some) await until(`${guildId} to play`, () => isPlaying(guildId));
    await pause(playedMs);
    for (const guildId of some) rooms.sit(guildId, false);
    await pause(200);
  }
}

async function isPlaying(guildId: string): Promise<true | undefined> {
  const { player } = await run(playerStatus, { guildId });
  return player?.state === 'playing' || undefined;
}

async function makeSongs(): Promise<void> {
  const library = join(folder, 'library');
  mkdirSync(library);
  for (let song = 0; song < songCount; song++) {
    const sound = ['-f', 'lavfi', '-i', `sine=${300 + song * 50}:duration=${songSeconds}`, '-ac', '2'];
    await runFfmpeg([...sound, '-b:a', '128k', join(library, `song ${song}.mp3`)]);
    await runFfmpeg([...sound, '-c:a', 'libopus', '-ar', '48000', join(library, `song ${song}.opus`)]);
  }
}

async function held(): Promise<NodeJS.MemoryUsage> {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.();
    await pause(400);
  }
  return process.memoryUsage();
}

function mebibytes(bytes: number): number {
  return bytes / 1_048_576;
}
