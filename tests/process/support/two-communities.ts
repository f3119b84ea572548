import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemberSession } from '@guildmesh/local-discord/contract';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { type Communities, openCommunities } from '#demo/communities.ts';
import { ids } from '#demo/north-and-south.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export const entryPath = fileURLToPath(new URL('../../../src/main.ts', import.meta.url));

export interface TwoCommunities extends Communities {
  folder: string;
  names: CommunityNames;
  /** North's owner and South's. */
  ada: MemberSession;
  sol: MemberSession;
  logLines: string[];
  close(): Promise<void>;
}

export interface CommunityNames {
  north: string;
  south: string;
}

/** Unique to one world: hubs of other tests on this machine find each other too, by multicast. */
export function communityNames(): CommunityNames {
  const suffix = randomBytes(3).toString('hex');
  return { north: `North${suffix}`, south: `South${suffix}` };
}

/** The local Discord with North and South as processes of their own, started and logged in. */
export async function startTwoCommunities(
  settings: { north?: Record<string, string>; south?: Record<string, string> } = {},
): Promise<TwoCommunities> {
  const folder = temporaryFolder();
  const logLines: string[] = [];
  const names = communityNames();
  const communities = await openCommunities({
    entryPath,
    stateDirectory: folder.path,
    environment: bareEnvironment({ GUILDMESH_LOG_LEVEL: 'warn' }),
    north: { GUILDMESH_COMMUNITY_NAME: names.north, ...settings.north },
    south: { GUILDMESH_COMMUNITY_NAME: names.south, ...settings.south },
    onLogLine: (hub, line) => logLines.push(`${hub}: ${line}`),
  });
  await Promise.all([communities.north.start(), communities.south.start()]);
  return {
    ...communities,
    folder: folder.path,
    names,
    ada: communities.playground.as(ids.ada, ids.northGuild),
    sol: communities.playground.as(ids.sol, ids.southGuild),
    logLines,
    close: async () => {
      await communities.stop();
      folder[Symbol.dispose]();
    },
  };
}

/** Only what programs need of this process: no settings leak into a hub under test. */
export function bareEnvironment(more: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(GUILDMESH|DISCORD|VITEST)/.test(entry[0]),
  );
  return { ...Object.fromEntries(kept), ...more };
}

const generals: Record<string, string> = {
  [ids.northGuild]: ids.northGeneral,
  [ids.southGuild]: ids.southGeneral,
  [ids.annexGuild]: ids.annexGeneral,
};

/** The text of the answer once the bot is done with it. Types again, as people do, when told that was too fast. */
export async function say(member: MemberSession, typed: string): Promise<string> {
  const answer = await member.run(typed, { channelId: generals[member.guildId] ?? '' });
  const text = await answer.text();
  if (!text.includes('DISCORD_TOO_FAST')) return text;
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  return say(member, typed);
}

/** Nodes started, found, trusted on both sides. */
export async function meet({
  ada,
  sol,
  names,
}: Pick<TwoCommunities, 'ada' | 'sol' | 'names'>): Promise<void> {
  await Promise.all([say(ada, '/node start'), say(sol, '/node start')]);
  const [toAda, toSol] = await Promise.all([wordsFor(ada, names.south), wordsFor(sol, names.north)]);
  await trustByWords(ada, names.south, toSol);
  await trustByWords(sol, names.north, toAda);
}

/** The safety words that `member` is shown for another community, to be read out to its people. */
export async function wordsFor(member: MemberSession, community: string): Promise<string> {
  await until(`${community} to be found`, async () => {
    return (await member.autocomplete(`/node trust community:${community}`)).length > 0;
  });
  const shown = await say(member, `/node trust community:${community}`);
  const words = /`([a-z]+(?: [a-z]+){5})`/.exec(shown)?.[1];
  if (!words) throw new Error(`no safety words in: ${shown}`);
  return words;
}

export async function trustByWords(member: MemberSession, community: string, words: string): Promise<void> {
  const answer = await say(member, `/node trust community:${community} words:"${words}"`);
  if (!answer.includes('Trusted')) throw new Error(`not trusted: ${answer}`);
}

/** What South's `/relay start` offers of North. */
export async function offered(member: MemberSession): Promise<string> {
  let reference = '';
  await until('a broadcast to be offered', async () => {
    const choices = await member.autocomplete('/relay start broadcast:');
    reference = choices.map((choice) => String(choice.value)).find((value) => value.includes('@')) ?? '';
    return reference !== '';
  });
  return reference;
}

/** Resolves once the listener has heard `count` more programme frames. */
export function hears(listener: Listener, count: number, timeoutMs: number): Promise<void> {
  let left = count;
  return new Promise((resolve, reject) => {
    const expiry = setTimeout(() => {
      stop();
      reject(new Error(`${left} of ${count} frames were still missing after ${timeoutMs} ms`));
    }, timeoutMs);
    const stop = listener.onFrame((frame) => {
      if (frame.silence || --left > 0) return;
      clearTimeout(expiry);
      stop();
      resolve();
    });
  });
}

export async function until(what: string, look: () => Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (performance.now() < endMs) {
    if (await look()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
}

export function nodeKeyPath(communities: TwoCommunities, hub: 'north' | 'south'): string {
  return join(communities.folder, hub, 'node.key');
}
