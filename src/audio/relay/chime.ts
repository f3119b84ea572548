import type { z } from 'zod';
import { chimeMaxMs, type relayChime } from '#contracts/actions/relay.ts';
import { frameDurationMs } from '#contracts/audio.ts';
import type { GuildDirectory, StageSpeaker, VoicePresence } from '#contracts/discord.ts';
import { homeGuildsMax } from '#contracts/home-guild-store.ts';
import type { Clock } from '#core/clock.ts';
import { Latest } from '#core/latest.ts';
import type { Programmes } from '../broadcast/programmes.ts';
import { chimeName } from '../source/library.ts';
import type { VoiceEngine, VoiceSession } from '../voice-contract.ts';
import { usableChannel } from './channel-check.ts';
import { relayErrors } from './errors.ts';
import { joinChannel } from './join-channel.ts';
import { ProgrammeStream } from './programme-stream.ts';

type Chimed = z.output<typeof relayChime.output>;

const framesWanted = 3_000 / frameDurationMs;
const lookEveryMs = 200;

export interface ChimeComponents {
  programmes: Programmes;
  voice: VoiceEngine;
  guilds: GuildDirectory;
  stage: StageSpeaker;
  presence: VoicePresence;
  clock: Clock;
}

/**
 * Three notes in a channel, by the way that everything takes: decoded here, buffered, encrypted. No wish
 * for it is kept, so a crash leaves nothing that would play again.
 */
export class Chime {
  readonly #components: ChimeComponents;
  /** Where somebody was in the channel when sound left for it, by guild. */
  readonly #heard = new Latest<string, { channelId: string; atMs: number }>({ countMax: homeGuildsMax });

  constructor(components: ChimeComponents) {
    this.#components = components;
  }

  /** Since the hub started. */
  lastHeard(guildId: string): { channelId: string; atMs: number } | undefined {
    return this.#heard.get(guildId);
  }

  /** In the guild's turn. Throws RELAY_CHIME_BUSY, and what `usableChannel` and `joinChannel` throw. */
  async play(guildId: string, channelId: string, signal: AbortSignal): Promise<Chimed> {
    const { guilds, presence, voice, clock } = this.#components;
    const busyIn = voice.channelOf(guildId);
    if (busyIn !== undefined) throw relayErrors.RELAY_CHIME_BUSY({ channelId: busyIn });
    const channel = usableChannel(guilds, guildId, channelId);
    const stream = this.#stream(guildId);
    try {
      await stream.open();
      signal.throwIfAborted();
      const session = await joinChannel(this.#components, channel, { streamKey: stream.key }, signal);
      try {
        await this.#sound(session, signal);
        const { framesPlayed, e2ee } = session.status();
        const listenerCount = presence.listenerCount(guildId, channelId);
        const isPrivate = e2ee || channel.kind === 'stage';
        if (framesPlayed > 0 && isPrivate && listenerCount > 0)
          this.#heard.set(guildId, { channelId, atMs: clock.nowMs() });
        return { channelId, listenerCount, framesPlayed, e2ee };
      } finally {
        await session.leave();
      }
    } finally {
      stream.close();
    }
  }

  #stream(guildId: string): ProgrammeStream {
    return new ProgrammeStream(this.#components, {
      key: `chime:${guildId}`,
      sources: [chimeName],
      title: 'Chime',
      owner: guildId,
      onOver: () => {},
      onSwitch: () => {},
    });
  }

  async #sound(session: VoiceSession, signal: AbortSignal): Promise<void> {
    const { clock } = this.#components;
    const endMs = clock.monotonicMs() + chimeMaxMs;
    while (session.status().framesPlayed < framesWanted && clock.monotonicMs() < endMs)
      await clock.sleep(lookEveryMs, signal);
  }
}
