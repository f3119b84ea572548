import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Answer, MemberSession } from '@guildmesh/local-discord/contract';
import type { HeardFrame, Listener } from '@guildmesh/local-discord/voice/contract';
import { ComponentType } from 'discord-api-types/v10';
import { type Communities, openCommunities } from '#demo/communities.ts';
import { ids } from '#demo/north-and-south.ts';

const entryPath = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
/** The hub refuses people who type faster than people do. */
export const betweenCommandsMs = 1_500;

export interface World extends Communities {
  /** North's library; empty at the start. */
  libraryDir: string;
}

/** The local Discord with two hubs as processes of their own, fresh, as `npm start` has them. */
export async function withWorld<Result>(
  prepare: (libraryDir: string) => Promise<void>,
  run: (world: World) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'guildmesh-surface-'));
  const libraryDir = join(folder, 'library');
  mkdirSync(libraryDir);
  try {
    await prepare(libraryDir);
    const communities = await openCommunities({
      entryPath,
      stateDirectory: folder,
      environment: {
        PATH: process.env.PATH ?? '',
        GUILDMESH_LOG_LEVEL: 'error',
        GUILDMESH_MESH_AUTOSTART: 'true',
        GUILDMESH_AUDIO_LIBRARY_DIR: libraryDir,
      },
      onLogLine: (hub, line) => process.stderr.write(`${hub}: ${line}\n`),
    });
    try {
      return await run({ ...communities, libraryDir });
    } finally {
      await communities.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const generals: Record<string, string> = {
  [ids.northGuild]: ids.northGeneral,
  [ids.southGuild]: ids.southGeneral,
};

export function type(member: MemberSession, typed: string): Promise<Answer> {
  return member.run(typed, { channelId: generals[member.guildId] ?? '' });
}

export async function say(member: MemberSession, typed: string): Promise<string> {
  return (await type(member, typed)).text();
}

/** The custom id of a button by its label, or of a select by the beginning of its placeholder. */
export function controlOf(message: object, label: string): string | undefined {
  let found: string | undefined;
  JSON.stringify(message, (_, value) => {
    const isButton = value?.type === ComponentType.Button && value.label === label;
    const isSelect = value?.type === ComponentType.StringSelect && value.placeholder?.startsWith(label);
    if (isButton || isSelect) found = value.custom_id;
    return value;
  });
  return found;
}

/** When the first and the last of `count` encrypted frames came, on the clock of `performance.now`. */
export function frames(listener: Listener, count: number, timeoutMs: number) {
  return heard(listener, timeoutMs, ({ e2ee, silence }) => e2ee && !silence, count);
}

/** The same of frames that are looked for. */
export function heard(
  listener: Listener,
  timeoutMs: number,
  isWanted: (frame: HeardFrame) => boolean,
  count = 1,
): Promise<{ firstMs: number; lastMs: number }> {
  let firstMs: number | undefined;
  let left = count;
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`${left} of ${count} frames are missing after ${timeoutMs} ms`));
    }, timeoutMs);
    const stop = listener.onFrame((frame) => {
      if (!isWanted(frame)) return;
      firstMs ??= performance.now();
      if (--left > 0) return;
      clearTimeout(timer);
      stop();
      resolve({ firstMs, lastMs: performance.now() });
    });
  });
}

export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined> | Value | undefined,
  timeoutMs = 20_000,
): Promise<Value> {
  const endMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== undefined) return value;
    if (performance.now() > endMs) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await pause(50);
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
