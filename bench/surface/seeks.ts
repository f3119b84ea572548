import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import type { OwnBroadcasts } from '#audio/broadcast/own-broadcasts.ts';
import { PlayerSound } from '#audio/player/player-sound.ts';
import { keyOf } from '#audio/source/cache/entry.ts';
import type { OpusCache } from '#audio/source/cache/opus-cache.ts';
import type { SourceOpener } from '#audio/source/source-opener.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { tonePackets } from '../../tests/audio/capture/tones.ts';
import { TestLine } from '../../tests/audio/player/support.ts';
import { guildA, lounge, VoiceRoom } from '../../tests/audio/voice/support/voice-room.ts';
import { bitrateKbps, openerOf } from './opener.ts';
import { median, type Row } from './row.ts';
import { highHz, lowHz, makeTwoTones, toneDetector } from './tones.ts';
import { frames, heard, pause } from './world.ts';

const name = 'hour.mp3';
const hourSeconds = 3_600;
const timeoutMs = 15_000;
/** From one half to the other and back. */
const minutes = [40, 10, 55, 20, 35, 5, 50];
const listenerId = '300000000000000001';

/**
 * From the seek until its place is heard in a voice channel, in an hour of MP3: decoded from there, and from the cache.
 * No command seeks, so the player's sound is asked itself; its relay and its rights are not in it.
 */
export async function seeks(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), 'guildmesh-surface-'));
  const room = await VoiceRoom.open();
  try {
    await makeTwoTones(folder, name, hourSeconds);
    const { cache, opener } = await openerOf(folder);
    const player = await playing(room, opener);
    const first = await measured(player);
    await fill(cache, join(folder, name));
    const cached = await measured(player);
    player.sound.stop();
    return [
      rowOf('seek in an hour of MP3, first time', first, 1_500),
      rowOf('seek in an hour of MP3, from the cache', cached, 300),
    ];
  } finally {
    await room.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Playing {
  line: TestLine;
  sound: PlayerSound;
  listener: Listener;
}

async function playing(room: VoiceRoom, opener: SourceOpener): Promise<Playing> {
  const { engine } = room;
  const line = new TestLine(name);
  const parts = { clock: systemClock(), chance: systemChance(), logger: silentLogger(), sources: opener };
  const own: Pick<OwnBroadcasts, 'addPlayer' | 'remove'> = { addPlayer: () => {}, remove: () => {} };
  const sound = new PlayerSound(
    { ...parts, own },
    {
      ...{ playerId: 'p1', guildId: guildA, title: 'North', line, startedAtMs: 0, subscribersMax: 4 },
      ...{ openTimeoutMs: 10_000, idleTimeoutMs: 10_000, stallTimeoutMs: 3_000, returnAfterMs: 10_000 },
      ...{ homeDelayMs: engine.delayMs, onChange: () => {} },
    },
  );
  sound.start();
  const stream = engine.openStream('player');
  const listener = await room.server.listen({ channelId: lounge, daveVersion: 1 }, listenerId);
  const join = { guildId: guildA, channelId: lounge, streamKey: stream.key, kind: 'voice' } as const;
  await engine.join(join, AbortSignal.timeout(timeoutMs));
  sound.broadcast.subscribe(
    {
      burstMs: engine.burstMs,
      frame: (frame) => stream.frame(frame),
      flush: () => stream.flush(),
      end: () => {},
    },
    () => true,
  );
  await frames(listener, 50, timeoutMs);
  return { line, sound, listener };
}

async function measured({ line, listener }: Playing): Promise<number[]> {
  const isTone = await toneDetector();
  const waits: number[] = [];
  for (const minute of minutes) {
    const hertz = minute * 60 < hourSeconds / 2 ? lowHz : highHz;
    const startMs = performance.now();
    const place = heard(listener, timeoutMs, (frame) => isTone(frame, hertz), 3);
    line.seek(minute * 60_000);
    waits.push((await place).firstMs - startMs);
    await pause(1_500);
  }
  return waits;
}

/** As it would be after the whole hour had played. */
async function fill(cache: OpusCache, path: string): Promise<void> {
  const { mtimeNs, size } = statSync(path, { bigint: true });
  const identity = { path, sizeBytes: Number(size), modifiedNs: mtimeNs };
  const kept = await cache.keep(keyOf(identity, { bitrateKbps }));
  if (!kept) throw new Error('the cache keeps nothing');
  for (const hertz of [lowHz, highHz]) {
    const packets = await tonePackets(hertz, 50);
    for (let frame = 0; frame < hourSeconds * 25; frame++)
      await kept.packet(packets[frame % packets.length] ?? Buffer.alloc(0));
  }
  await kept.commit();
}

function rowOf(what: string, values: readonly number[], most: number): Row {
  const all = values.map((value) => value.toFixed(0)).join(', ');
  return { what, value: median(values), unit: 'ms', most, note: `median of ${all}` };
}
