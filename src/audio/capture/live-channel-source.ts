import type { GuildDirectory, NoticeBoard, PeopleDirectory, VoiceChannelView } from '#contracts/discord.ts';
import { inBackground } from '#core/background.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { PacketQueue, packetsOf } from '../flow/packet-queue.ts';
import type { SourceFrame, SourceRequest } from '../source/contract.ts';
import type { Opening } from '../source/opened-source.ts';
import type { VoiceCapture, VoiceEngine, VoiceSession } from '../voice-contract.ts';
import type { ConsentDesk, GuildConsent } from './consent.ts';
import { captureErrors } from './errors.ts';
import { packetsHeldMax, sessionLookMs } from './limits.ts';
import { endNotice, startNotice } from './notice.ts';
import type { NoticedAudiences } from './noticed-audiences.ts';

export interface LiveChannelComponents {
  voice: VoiceEngine;
  guilds: GuildDirectory;
  people: PeopleDirectory;
  consent: ConsentDesk;
  notices: NoticeBoard;
  noticed: NoticedAudiences;
  clock: Clock;
  logger: Logger;
}

export interface LiveChannelInit {
  channelId: string;
  bitrateKbps: number;
  request: SourceRequest;
}

/**
 * What consenting people say in a voice or stage channel of this hub's own guild. Throws CAPTURE_* and VOICE_* errors.
 */
export async function openLiveChannel(
  components: LiveChannelComponents,
  init: LiveChannelInit,
  signal: AbortSignal,
): Promise<Opening> {
  const live = new LiveChannel(components, init);
  const close = () => live.close();
  signal.addEventListener('abort', close, { once: true });
  try {
    const title = await live.open(signal);
    init.request.onEvent({ kind: 'name', title });
    const facts = { title, pace: 'radio', passedThrough: true } as const;
    return { facts, frames: packetsOf(live.queue, signal), close };
  } catch (error) {
    close();
    throw error;
  }
}

class LiveChannel {
  readonly queue = new PacketQueue<SourceFrame>(packetsHeldMax);
  readonly #components: LiveChannelComponents;
  readonly #init: LiveChannelInit;
  readonly #guildId: string;
  readonly #closing = new AbortController();
  /** People may have read that the channel is broadcast: they must then be notified that it isn’t. */
  #noticed = false;
  #consent: GuildConsent | undefined;
  /** Wall clock: earlier consent was given for fewer listeners. */
  #consentSinceMs = Number.POSITIVE_INFINITY;
  #capture: VoiceCapture | undefined;
  /** A session of our own, needed only while no relay of this guild keeps us in the channel. */
  #session: VoiceSession | undefined;
  readonly #undo: (() => void)[] = [];

  constructor(components: LiveChannelComponents, init: LiveChannelInit) {
    this.#components = components;
    this.#init = init;
    this.#guildId = init.request.owner;
  }

  /** Resolves with the channel's name, once it is heard. */
  async open(signal: AbortSignal): Promise<string> {
    const channel = this.#usableChannel();
    await this.#loadConsent();
    if (this.#consent?.rule === 'off') throw captureErrors.CAPTURE_OFF();
    await this.#enter(channel, signal);
    await this.#giveNotice(channel);
    await this.#loadConsent();
    signal.throwIfAborted();
    this.#hear();
    return channel.name;
  }

  close(): void {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    this.queue.end();
    for (const undo of this.#undo.splice(0)) undo();
    this.#capture?.stop();
    if (!this.#noticed) {
      this.#leave();
      return;
    }
    void this.#components.notices.post(this.#init.channelId, endNotice()).finally(() => this.#leave());
  }

  #usableChannel(): VoiceChannelView {
    const { channelId } = this.#init;
    const channel = this.#components.guilds.voiceChannel(this.#guildId, channelId);
    if (!channel) throw captureErrors.CAPTURE_CHANNEL_UNKNOWN({ channelId });
    const { view, connect } = channel.permissions;
    if (!view) throw captureErrors.CAPTURE_CHANNEL_HIDDEN({ channelId });
    if (!connect)
      throw captureErrors.CAPTURE_PERMISSION_MISSING({ channel: channel.name, missing: ['Connect'] });
    return channel;
  }

  /** A relay into this channel already keeps us there; a relay elsewhere in the guild keeps us out of it. */
  async #enter({ id: channelId, kind, name }: VoiceChannelView, signal: AbortSignal): Promise<void> {
    const { voice } = this.#components;
    const guildId = this.#guildId;
    const inside = voice.channelOf(guildId);
    if (inside === channelId) return;
    if (inside !== undefined) throw captureErrors.CAPTURE_ELSEWHERE({ channel: name });
    const streamKey = `capture:${guildId}`;
    const stream = voice.openStream(streamKey);
    this.#undo.push(() => stream.close());
    const session = await voice.join({ guildId, channelId, streamKey, kind, quiet: true }, signal);
    this.#session = session;
    // Closed while it was joining, which took a moment.
    if (this.#closing.signal.aborted) this.#leave();
    signal.throwIfAborted();
    session.onEnded(({ error }) => {
      if (this.#session === session) this.#session = undefined;
      // A relay took the bot over. It is in the same channel, or the next check ends this source.
      if (error.code !== 'VOICE_REPLACED') this.#fail(error);
    });
    session.onMoved(() => this.#fail(captureErrors.CAPTURE_ELSEWHERE({ channel: name })));
  }

  /** Nobody is captured without a notice: if it can't be posted there is no capture. */
  async #giveNotice({ name }: VoiceChannelView): Promise<void> {
    const { noticed, notices } = this.#components;
    const { channelId, request } = this.#init;
    const { audience } = request;
    const { rule = 'ask' } = this.#consent ?? {};
    const isFirst = noticed.sinceMs(channelId, audience) === undefined;
    this.#noticed = true;
    if (!(await notices.post(channelId, startNotice(rule, audience, isFirst)))) {
      this.#noticed = false;
      throw captureErrors.CAPTURE_NOTICE_FAILED({ channel: name });
    }
    this.#consentSinceMs = await noticed.notice({ guildId: this.#guildId, channelId, audience });
  }

  #hear(): void {
    const { clock, consent, voice } = this.#components;
    const guildId = this.#guildId;
    const { channelId, request } = this.#init;
    const live = { channelId, audience: request.audience, consentSinceMs: this.#consentSinceMs };
    this.#undo.push(consent.announceLive(guildId, live));
    const capture = voice.capture({
      guildId,
      bitrateKbps: this.#init.bitrateKbps,
      mayBeHeard: (userId) => this.#mayBeHeard(userId),
      onPacket: (payload, missedCount) =>
        this.queue.giveNow({ payload, ...(missedCount > 0 && { missedCount }) }),
      onKicked: (error) => this.#fail(error),
    });
    this.#capture = capture;
    this.#undo.push(
      consent.onChange((changed) => {
        if (changed === guildId) void this.#consentChanged();
      }),
    );
    const look = () => {
      timer = clock.after(sessionLookMs, look);
      void this.#keepInChannel();
    };
    let timer = clock.after(sessionLookMs, look);
    this.#undo.push(() => timer.cancel());
  }

  async #mayBeHeard(userId: string): Promise<boolean> {
    // A bot's words are another programme: two hubs bridging two channels would echo.
    const isBot = await this.#components.people.isBot(this.#guildId, userId);
    // Read last: consent that was withdrawn in the meantime doesn't count.
    return !isBot && this.#consent?.heard(userId) === true;
  }

  async #consentChanged(): Promise<void> {
    await this.#loadConsent().catch((err: unknown) => {
      this.#components.logger.error({ err }, 'consent could not be read');
      // Withdrawals can't be read now: nobody is heard until they can.
      this.#consent = { rule: 'ask', heard: () => false };
    });
    if (this.#consent?.rule === 'off') this.#fail(captureErrors.CAPTURE_OFF());
    else this.#capture?.askAgain();
  }

  async #loadConsent(): Promise<void> {
    this.#consent = await this.#components.consent.of(this.#guildId, this.#consentSinceMs);
  }

  /** A relay that ended took the bot out of the channel, or one that began took it elsewhere. */
  async #keepInChannel(): Promise<void> {
    const { signal } = this.#closing;
    const inside = this.#components.voice.channelOf(this.#guildId);
    if (signal.aborted || inside === this.#init.channelId) return;
    try {
      await this.#enter(this.#usableChannel(), signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.queue.fail(error);
    this.close();
  }

  #leave(): void {
    const session = this.#session;
    this.#session = undefined;
    if (session) void inBackground(this.#components.logger, 'warn', session.leave(), 'leaving failed');
  }
}
