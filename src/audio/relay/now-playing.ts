import type { ChannelStatusBoard } from '#contracts/discord.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';

export interface NowPlayingComponents {
  board: ChannelStatusBoard;
  clock: Clock;
  logger: Logger;
  /** What plays now: by channel, its guild and title. */
  playing: () => ReadonlyMap<string, { guildId: string; title: string }>;
}

/** Titles change every few minutes; people don't watch the status for seconds. */
export const lookMs = 15_000;

/** Keeps the status line of voice channels at what plays there, and clears it afterwards. */
export class NowPlaying {
  readonly #components: NowPlayingComponents;
  readonly #shown = new Map<string, { guildId: string; title: string }>();
  #timer: Timer | undefined;
  #stopped = false;

  constructor(components: NowPlayingComponents) {
    this.#components = components;
  }

  start(): void {
    this.#schedule();
  }

  /** Clears the lines it has written. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    const shown = [...this.#shown];
    this.#shown.clear();
    await Promise.all(shown.map(([channelId, { guildId }]) => this.#set(guildId, channelId, undefined)));
  }

  /** Called before leaving the channel: from outside, clearing needs a stronger permission. */
  async clear(channelId: string): Promise<void> {
    const shown = this.#shown.get(channelId);
    this.#shown.delete(channelId);
    if (shown) await this.#set(shown.guildId, channelId, undefined);
  }

  async look(): Promise<void> {
    const playing = this.#components.playing();
    for (const [channelId, { guildId }] of [...this.#shown]) {
      if (playing.has(channelId)) continue;
      this.#shown.delete(channelId);
      await this.#set(guildId, channelId, undefined);
    }
    for (const [channelId, now] of playing) {
      if (this.#shown.get(channelId)?.title === now.title) continue;
      this.#shown.set(channelId, now);
      await this.#set(now.guildId, channelId, now.title);
    }
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer = this.#components.clock.after(
      lookMs,
      () => void this.look().finally(() => this.#schedule()),
      { background: true },
    );
  }

  async #set(guildId: string, channelId: string, title: string | undefined): Promise<void> {
    try {
      await this.#components.board.setStatus(guildId, channelId, title);
    } catch (err) {
      this.#components.logger.debug({ err, channelId }, 'status of a voice channel not set');
    }
  }
}
