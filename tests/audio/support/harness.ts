import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { z } from 'zod';
import { type Audio, type AudioComponents, type AudioInit, createAudio } from '#audio/audio.ts';
import type { ActionSpec } from '#contracts/action.ts';
import type { Actor } from '#contracts/actor.ts';
import type { Frame, StreamEndReason } from '#contracts/audio.ts';
import type { Intent, IntentStore } from '#contracts/intents.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { memorySettings } from '../../support/guild-settings.ts';
import { homeEverywhere } from '../../support/standings.ts';
import { MemoryArtifacts } from './artifacts.ts';
import { MemoryPlayers } from './players.ts';

/** For covers and uploads that a test doesn't look at; made with the first of them. */
const stateDir = join(tmpdir(), `guildmesh-audio-${process.pid}`);
process.once('exit', () => rmSync(stateDir, { recursive: true, force: true }));

export const system: Actor = { kind: 'system', reason: 'test' };

export class MemoryIntents implements IntentStore {
  readonly rows = new Map<string, Intent>();

  async list(kind: Intent['kind']): Promise<Intent[]> {
    return [...this.rows.values()].filter((intent) => intent.kind === kind);
  }

  async put(intent: Intent): Promise<void> {
    this.rows.set(`${intent.kind}/${intent.key}`, structuredClone(intent));
  }

  async remove(kind: Intent['kind'], key: string): Promise<void> {
    this.rows.delete(`${kind}/${key}`);
  }
}

export type Run = <Input extends z.ZodType, Output extends z.ZodType>(
  spec: ActionSpec<Input, Output>,
  input: z.input<Input>,
  options?: { actor?: Actor; signal?: AbortSignal },
) => Promise<z.output<Output>>;

/** A real audio service whose neighbours are given by the test; what isn't given is never called. */
export function audioUnderTest(
  components: Partial<AudioComponents> = {},
  init: Partial<AudioInit> = {},
): { audio: Audio; run: Run } {
  const absent = new Proxy(
    {},
    {
      get: (_, name) => () => {
        throw new Error(`${String(name)} was not expected`);
      },
    },
  );
  const communities = {
    list: () => [],
    find: () => undefined,
    onConnected: () => () => {},
    onForgotten: () => () => {},
  };
  const audio = createAudio(
    {
      ...{ voice: absent, remote: absent, guilds: absent, stage: absent, announcer: absent },
      ...{
        communities,
        intents: new MemoryIntents(),
        board: { setStatus: async () => {} },
        presence: { listenerCount: () => 0, listeners: () => [], onChange: () => () => {} },
        audit: { record: async () => {} },
        ownPeerId: () => undefined,
        playerStore: new MemoryPlayers(),
        artifacts: () => new MemoryArtifacts(),
        roles: { roleOf: async () => 'owner' },
        keyValues: new Map(),
        safetyWords: async () => undefined,
        perform: async () => Promise.reject(new Error('nothing was to be performed')),
        settings: memorySettings(),
        standings: homeEverywhere,
        clock: systemClock(),
        chance: systemChance(),
        logger: silentLogger(),
      },
      ...components,
    } as AudioComponents,
    {
      ...{
        ffmpegPath: 'ffmpeg',
        allowedPrivateHosts: [],
        bitrateKbps: 96,
        broadcastsMax: 8,
        broadcastsPerGuildMax: 8,
        guildLibraryDirs: {},
        subscribersMax: 4,
      },
      ...{ relaysMax: 4, playersMax: 4, sourceOpenTimeoutMs: 8_000, sourceIdleTimeoutMs: 4_000 },
      ...{ sourceStallTimeoutMs: 1_000, sourceReturnAfterMs: 2_000, loudnessLufs: -16 },
      ...{ decodersMax: 8, decodersPerGuildMax: 8, stateDir, uploadBytesMax: 1_000_000 },
      ...init,
    },
  );
  const run: Run = async (spec, input, options = {}) => {
    const action = audio.actions.find((candidate) => candidate.spec.name === spec.name);
    if (!action) throw new Error(`no action ${spec.name}`);
    const { actor = system, signal = new AbortController().signal } = options;
    return spec.output.parse(await action.run({ actor, signal }, spec.input.parse(input))) as never;
  };
  return { audio, run };
}

export class RecordingSink {
  readonly frames: Frame[] = [];
  readonly ends: StreamEndReason[] = [];

  frame(frame: Frame): void {
    this.frames.push(frame);
  }

  end(reason: StreamEndReason): void {
    this.ends.push(reason);
  }
}

/** Waits, at most `withinMs`, until something holds. */
export async function until(holds: () => boolean, withinMs = 10_000): Promise<void> {
  const deadlineMs = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > deadlineMs) throw new Error(`not within ${withinMs} ms: ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
