import { onTestFinished } from 'vitest';
import type { AudioComponents, AudioInit } from '#audio/audio.ts';
import type { Playables } from '#audio/media/contract.ts';
import type { Actor, GuildMemberActor, Role } from '#contracts/actor.ts';
import { type Clock, systemClock } from '#core/clock.ts';
import { audioUnderTest, MemoryIntents } from '../support/harness.ts';
import { MemoryPlayers } from '../support/players.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

export type Found = Playables;

/** The people in the channels of a guild, as a test sets them. */
export class RoomsPort {
  readonly rooms = new Map<string, { userId: string; deafened: boolean }[]>();
  readonly #listeners = new Set<(guildId: string) => void>();

  listeners(_guildId: string, channelId: string) {
    return this.rooms.get(channelId) ?? [];
  }

  listenerCount(guildId: string, channelId: string): number {
    return this.listeners(guildId, channelId).length;
  }

  onChange(listener: (guildId: string) => void) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** A name with `!` is deafened. */
  sit(channelId: string, ...names: string[]): void {
    const people = names.map((name) => ({ userId: name.replace('!', ''), deafened: name.endsWith('!') }));
    this.rooms.set(channelId, people);
    for (const listener of this.#listeners) listener('g1');
  }
}

/** The system's clock, but long waits are over when a test says so. */
export class PatientClock implements Clock {
  readonly #clock = systemClock();
  readonly waits = new Set<() => void>();
  #aheadMs = 0;

  nowMs = () => this.#clock.nowMs() + this.#aheadMs;
  monotonicMs = () => this.#clock.monotonicMs();
  sleep = (delayMs: number, signal?: AbortSignal) => this.#clock.sleep(delayMs, signal);

  after(delayMs: number, run: () => void, options?: { background?: boolean }) {
    if (delayMs < 10 * 60_000) return this.#clock.after(delayMs, run, options);
    this.waits.add(run);
    return { cancel: () => void this.waits.delete(run) };
  }

  leap(byMs: number): void {
    this.#aheadMs += byMs;
    for (const run of [...this.waits]) {
      this.waits.delete(run);
      run();
    }
  }
}

export interface Kept {
  intents: MemoryIntents;
  players: MemoryPlayers;
}

/** An audio service with three channels: a, b, and one where the bot may not speak. */
export async function playerWorld(
  kept: Partial<Kept> = {},
  changes: Partial<AudioComponents> = {},
  init: Partial<AudioInit> = {},
) {
  const ports = {
    ...{ voice: new VoicePort(), remote: new RemotePort(), communities: new CommunitiesPort() },
    ...{ guilds: new GuildsPort(), presence: new RoomsPort(), clock: new PatientClock() },
    intents: kept.intents ?? new MemoryIntents(),
    uploadStore: { list: async () => [] } as never,
    playerStore: kept.players ?? new MemoryPlayers(),
  };
  for (const id of ['a', 'b']) ports.guilds.channels.set(id, voiceChannel(id));
  const roles = new Map<string, Role>();
  const said: string[] = [];
  const { audio, run } = audioUnderTest(
    {
      ...ports,
      stage: { speak: async () => 'speaking' },
      ownPeerId: () => 'peer0',
      perform: (spec, _actor, input) => run(spec, input),
      announcer: { announce: async (_channelId, text) => void said.push(text) },
      roles: {
        roleOf: async (actor: Actor) =>
          actor.kind === 'guild-member' ? (roles.get(actor.userId) ?? 'member') : 'owner',
      },
      ...changes,
    },
    init,
  );
  const stop = async () => {
    await audio.drain?.(new AbortController().signal);
    await audio.stop?.();
  };
  onTestFinished(stop);
  await audio.start?.(new AbortController().signal);

  /** The person, in the channel where they sit. */
  const as = (userId: string): { actor: GuildMemberActor } => {
    const seat = [...ports.presence.rooms].find(([, people]) =>
      people.some((each) => each.userId === userId),
    );
    return {
      actor: {
        ...{ kind: 'guild-member', guildId: 'g1', userId, displayName: userId.toUpperCase(), roleIds: [] },
        ...{ isGuildOwner: false, hasManageGuild: false, isOperator: false },
        ...(seat && { voiceChannelId: seat[0] }),
      },
    };
  };
  return { ...ports, players: ports.playerStore, audio, run, as, roles, said, stop };
}
