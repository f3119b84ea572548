import type { GuildDirectory, NoticeBoard, PeopleDirectory, VoiceChannelView } from '#contracts/discord.ts';
import type { Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type {
  AudioSource,
  SourceFacts,
  SourceFrame,
  SourceHealth,
  SourceRequest,
} from '../source/contract.ts';
import type { VoiceCapture, VoiceEngine, VoiceSession } from '../voice/contract.ts';
import type { ConsentDesk, GuildConsent } from './consent.ts';
import { captureErrors } from './errors.ts';
import { packetsHeldMax, sessionLookMs } from './limits.ts';
import { endNotice, startNotice } from './notice.ts';

export interface LiveChannelComponents {
  voice: VoiceEngine;
  guilds: GuildDirectory;
  people: PeopleDirectory;
  consent: ConsentDesk;
  notices: NoticeBoard;
  clock: Clock;
  logger: Logger;
}

export interface LiveChannelInit {
  channelId: string;
  bitrateKbps: number;
  request: SourceRequest;
}

/** What is said in a voice or stage channel of this hub's own guild, as far as people consent. */
export class LiveChannelSource implements AudioSource {
  readonly name: string;
  readonly #components: LiveChannelComponents;
  readonly #init: LiveChannelInit;
  readonly #guildId: string;
  readonly #held: Uint8Array[] = [];
  #state: SourceHealth['state'] = 'idle';
  #framesGiven = 0;
  #lastFrameAtMs: number | undefined;
  #problem: GuildmeshError | undefined;
  #consent: GuildConsent | undefined;
  #capture: VoiceCapture | undefined;
  /** Ours alone, while no relay of this guild has us in the channel anyway. */
  #session: VoiceSession | undefined;
  #undo: (() => void)[] = [];
  #wake: (() => void) | undefined;
  readonly #stopping = new AbortController();

  constructor(components: LiveChannelComponents, init: LiveChannelInit) {
    this.name = init.request.name;
    this.#components = components;
    this.#init = init;
    this.#guildId = init.request.owner;
  }

  async start(signal: AbortSignal): Promise<SourceFacts> {
    if (this.#state !== 'idle') throw new Error('a source starts once');
    this.#state = 'opening';
    try {
      signal.throwIfAborted();
      const channel = this.#usableChannel();
      await this.#loadConsent();
      if (this.#consent?.rule === 'off') throw captureErrors.CAPTURE_OFF();
      await this.#enter(channel, signal);
      await this.#giveNotice(channel);
      signal.throwIfAborted();
      this.#hear();
      this.#state = 'flowing';
      const title = channel.name;
      this.#init.request.onEvent({ kind: 'name', title });
      return { title, pace: 'radio', passedThrough: true };
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  async *frames(): AsyncGenerator<SourceFrame, void, void> {
    try {
      while (!this.#stopping.signal.aborted) {
        const payload = this.#held.shift();
        if (payload) yield { payload };
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      if (this.#problem) throw this.#problem;
    } finally {
      this.stop();
    }
  }

  health(): SourceHealth {
    return {
      state: this.#state,
      framesGiven: this.#framesGiven,
      ...(this.#lastFrameAtMs === undefined ? {} : { lastFrameAtMs: this.#lastFrameAtMs }),
      ...(this.#problem ? { problem: this.#problem } : {}),
    };
  }

  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#state = 'over';
    this.#stopping.abort(new Error('the source was stopped'));
    for (const undo of this.#undo.splice(0)) undo();
    this.#wake?.();
    if (!this.#capture) {
      this.#leave();
      return;
    }
    this.#capture.stop();
    void this.#components.notices.post(this.#init.channelId, endNotice()).finally(() => this.#leave());
  }

  #usableChannel(): VoiceChannelView {
    const { channelId } = this.#init;
    const channel = this.#components.guilds.voiceChannel(this.#guildId, channelId);
    if (!channel) throw captureErrors.CAPTURE_CHANNEL_UNKNOWN({ channelId });
    const { view, connect } = channel.permissions;
    if (!view || !connect)
      throw captureErrors.CAPTURE_PERMISSION_MISSING({
        channel: channel.name,
        missing: [...(view ? [] : ['View Channel']), ...(connect ? [] : ['Connect'])],
      });
    return channel;
  }

  /** A relay into the channel has us there; elsewhere in the guild it has us away from here. */
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
    session.onEnded(({ error }) => {
      if (this.#session === session) this.#session = undefined;
      // A relay took the bot over; it has it in the same channel, or the next look ends this source.
      if (error.code !== 'VOICE_REPLACED') this.#fail(error);
    });
    session.onMoved(() => this.#fail(captureErrors.CAPTURE_ELSEWHERE({ channel: name })));
  }

  /** Nobody is captured who wasn't told: without the notice there is no capture. */
  async #giveNotice({ name }: VoiceChannelView): Promise<void> {
    const { rule = 'ask' } = this.#consent ?? {};
    if (!(await this.#components.notices.post(this.#init.channelId, startNotice(rule))))
      throw captureErrors.CAPTURE_NOTICE_FAILED({ channel: name });
  }

  #hear(): void {
    const { clock, consent, voice } = this.#components;
    const guildId = this.#guildId;
    const capture = voice.capture({
      guildId,
      bitrateKbps: this.#init.bitrateKbps,
      mayBeHeard: (userId) => this.#mayBeHeard(userId),
      onPacket: (payload) => this.#take(payload),
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

  #take(payload: Uint8Array): void {
    this.#framesGiven++;
    this.#lastFrameAtMs = this.#components.clock.monotonicMs();
    this.#held.push(payload);
    if (this.#held.length > packetsHeldMax) this.#held.shift();
    this.#wake?.();
  }

  async #mayBeHeard(userId: string): Promise<boolean> {
    if (!this.#consent?.heard(userId)) return false;
    // A bot's words are another programme's: two hubs bridging two channels would echo.
    return !(await this.#components.people.isBot(this.#guildId, userId));
  }

  async #consentChanged(): Promise<void> {
    await this.#loadConsent().catch((err: unknown) => {
      this.#components.logger.error({ err }, 'consent could not be read');
      // What was withdrawn can't be known: nobody is heard until it can.
      this.#consent = { rule: 'ask', heard: () => false };
    });
    if (this.#consent?.rule === 'off') this.#fail(captureErrors.CAPTURE_OFF());
    else this.#capture?.askAgain();
  }

  async #loadConsent(): Promise<void> {
    this.#consent = await this.#components.consent.of(this.#guildId);
  }

  /** A relay that ended took the bot out of the channel, or one that began took it elsewhere. */
  async #keepInChannel(): Promise<void> {
    const { signal } = this.#stopping;
    const inside = this.#components.voice.channelOf(this.#guildId);
    if (signal.aborted || inside === this.#init.channelId) return;
    try {
      await this.#enter(this.#usableChannel(), signal);
    } catch (error) {
      if (!signal.aborted) this.#fail(error as GuildmeshError);
    }
  }

  #fail(error: GuildmeshError): void {
    if (this.#stopping.signal.aborted) return;
    this.#problem = error;
    this.stop();
  }

  #leave(): void {
    const session = this.#session;
    this.#session = undefined;
    session?.leave().catch((err: unknown) => this.#components.logger.warn({ err }, 'leaving failed'));
  }
}
