import type { Chance, Clock, Timer } from '#core/clock.ts';
import { loadOpusCodec } from '../../opus/codec.ts';
import * as limits from '../limits.ts';
import type { FromWorker, KeyedFrame, ToWorker, VoiceWorkerData, WorkerJoin } from '../protocol.ts';
import { CaptureRun } from './capture-run.ts';
import { type Load, Parking } from './parking.ts';
import { StreamPlayer } from './stream-player.ts';
import { VoiceLink, type VoiceLinkEvents } from './voice-link.ts';
import { Volumes } from './volumes.ts';

export interface VoiceWorkerComponents {
  clock: Clock;
  chance: Chance;
  post: (message: FromWorker) => void;
}

/** The worker's side of the port: streams, links, and reports to the main thread. */
export class VoiceWorker {
  readonly #components: VoiceWorkerComponents;
  readonly #init: VoiceWorkerData;
  readonly #player: StreamPlayer;
  readonly #parking = new Parking();
  readonly #links = new Map<string, VoiceLink>();
  /** Bit rates, by guild: captures to run while there is a link. */
  readonly #captureWishes = new Map<string, number>();
  /** By guild. */
  readonly #captures = new Map<string, CaptureRun>();
  #takenCount = 0;
  #acknowledgeTimer: Timer | undefined;
  /** Guild for which the library last handled a message of the encrypted group: its errors come from there. */
  #lastEnteredGuildId: string | undefined;

  constructor(components: VoiceWorkerComponents, init: VoiceWorkerData) {
    this.#components = components;
    this.#init = init;
    const volumes = new Volumes({
      loadCodec: loadOpusCodec,
      warn: (text, fields) => components.post({ type: 'log', level: 'warn', text, fields }),
    });
    this.#player = new StreamPlayer({ ...components, volumes }, init);
  }

  get lastEnteredGuildId(): string | undefined {
    return this.#lastEnteredGuildId;
  }

  start(): void {
    this.#components.post({ type: 'started' });
    this.#reportRegularly();
    this.#watchLoad();
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'open-stream':
        this.#player.open(message.streamKey);
        break;
      case 'close-stream':
        this.#player.close(message.streamKey);
        break;
      case 'frames':
        this.#take(message.frames);
        break;
      case 'interrupted':
        this.#player.playOut(message.streamKey);
        break;
      case 'flush':
        this.#player.flush(message.streamKey);
        break;
      case 'join':
        this.#join(message.join);
        break;
      case 'leave':
        this.#leave(message.guildId, message.joinId);
        break;
      case 'volume':
        if (this.#links.get(message.guildId)?.join.joinId === message.joinId)
          this.#player.setVolume(message.guildId, message.percent);
        break;
      case 'voice-state':
        this.#links.get(message.guildId)?.voiceState(message.state, message.kind);
        break;
      case 'voice-server':
        this.#links.get(message.guildId)?.voiceServer(message.server);
        break;
      case 'asked':
        this.#links.get(message.guildId)?.asked();
        break;
      case 'gateway-resumed':
        this.#links.get(message.guildId)?.gatewayResumed();
        break;
      case 'gateway-lost':
        this.#links.get(message.guildId)?.gatewayLost();
        break;
      case 'capture-start':
        this.#startCapture(message.guildId, message.bitrateKbps);
        break;
      case 'capture-stop':
        this.#stopCapture(message.guildId);
        break;
      case 'capture-allow':
        this.#captures.get(message.guildId)?.allow(message.userId, message.heard);
        break;
      case 'ping':
        this.#components.post({ type: 'pong' });
        break;
    }
  }

  #take(frames: readonly KeyedFrame[]): void {
    for (const { streamKey, frame } of frames) this.#player.push(streamKey, frame);
    this.#takenCount += frames.length;
    this.#acknowledgeTimer ??= this.#components.clock.after(limits.framesAcknowledgeMs, () => {
      this.#components.post({ type: 'frames-taken', count: this.#takenCount });
      this.#takenCount = 0;
      this.#acknowledgeTimer = undefined;
    });
  }

  #join(asked: WorkerJoin): void {
    const { guildId, channelId } = asked;
    const before = this.#links.get(guildId);
    if (before) this.#forget(before);
    before?.abandon();
    // Asking for the channel the bot is in changes nothing for Discord, and might get no answer.
    const join = { ...asked, leaveFirst: asked.leaveFirst || before?.channelId === channelId };
    const link = new VoiceLink(
      {
        clock: this.#components.clock,
        chance: this.#components.chance,
        log: (level, text, fields) => this.#components.post({ type: 'log', level, text, fields }),
        sendVoiceState: (id, channelId) => this.#sendVoiceState(id, channelId),
        events: this.#eventsOf(join),
      },
      this.#init,
      join,
    );
    this.#links.set(guildId, link);
    this.#giveEars(link);
    this.#player.seat(link, join.streamKey);
    link.start();
  }

  /** Every worker gets the request; only the one that has the guild's link captures. */
  #startCapture(guildId: string, bitrateKbps: number): void {
    if (this.#captureWishes.has(guildId)) return;
    this.#captureWishes.set(guildId, bitrateKbps);
    const link = this.#links.get(guildId);
    if (!link) return;
    this.#giveEars(link);
    this.#sendVoiceState(guildId, link.channelId);
  }

  #stopCapture(guildId: string): void {
    if (!this.#captureWishes.delete(guildId)) return;
    const link = this.#links.get(guildId);
    if (!link) return;
    this.#takeEars(link);
    // Discord sends no audio to a self-deafened client.
    this.#sendVoiceState(guildId, link.channelId);
  }

  #giveEars(link: VoiceLink): void {
    const { guildId } = link.join;
    const bitrateKbps = this.#captureWishes.get(guildId);
    if (bitrateKbps === undefined) return;
    const { clock, post } = this.#components;
    const run = new CaptureRun(
      {
        clock,
        events: {
          // A copy: the port would clone the whole buffer that a packet is a view of.
          captured: (payload, missedCount) =>
            post({ type: 'captured', guildId, payload: Uint8Array.from(payload), missedCount }),
          speaker: (userId) => post({ type: 'capture-speaker', guildId, userId }),
          failed: (error) =>
            post({ type: 'log', level: 'error', text: 'capture failed', fields: { err: error.message } }),
        },
      },
      { bitrateKbps },
    );
    this.#captures.set(guildId, run);
    link.ears = (packet) => run.hear(packet);
    run.start();
  }

  #takeEars(link: VoiceLink): void {
    link.ears = undefined;
    this.#captures.get(link.join.guildId)?.stop();
    this.#captures.delete(link.join.guildId);
  }

  #leave(guildId: string, joinId: number): void {
    const link = this.#links.get(guildId);
    this.#player.bringBackGuild(guildId);
    if (link?.join.joinId === joinId) link.leave();
    else this.#components.post({ type: 'left', guildId, joinId });
  }

  #eventsOf({ guildId, joinId }: WorkerJoin): VoiceLinkEvents {
    const { post } = this.#components;
    const gone = () => {
      const link = this.#links.get(guildId);
      if (link?.join.joinId !== joinId) return;
      this.#report();
      this.#forget(link);
    };
    return {
      joined: () => {
        this.#report();
        post({ type: 'joined', guildId, joinId });
      },
      moved: (channelId) => post({ type: 'moved', guildId, joinId, channelId }),
      hindered: (by) => post({ type: 'hindered', guildId, joinId, by }),
      cooling: (error) => {
        this.#report();
        post({ type: 'cooling', guildId, joinId, error: error.toRecord() });
      },
      left: () => {
        gone();
        post({ type: 'left', guildId, joinId });
      },
      ended: (kind, error) => {
        gone();
        post({ type: 'ended', guildId, joinId, kind, error: error.toRecord() });
      },
      entersLibrary: () => {
        this.#lastEnteredGuildId = guildId;
      },
    };
  }

  #forget(link: VoiceLink): void {
    this.#takeEars(link);
    this.#links.delete(link.join.guildId);
    this.#player.unseat(link.join.guildId);
  }

  #sendVoiceState(guildId: string, channelId: string | null): void {
    const payload = {
      guild_id: guildId,
      channel_id: channelId,
      self_mute: this.#links.get(guildId)?.join.quiet ?? false,
      self_deaf: !this.#captureWishes.has(guildId),
    };
    this.#components.post({ type: 'gateway-send', guildId, payload });
  }

  #reportRegularly(): void {
    this.#components.clock.after(limits.statusIntervalMs, () => {
      for (const link of this.#links.values()) link.watchSecurity();
      if (this.#links.size > 0) this.#report();
      this.#reportRegularly();
    });
  }

  #watchLoad(): void {
    this.#components.clock.after(limits.loadIntervalMs, () => {
      const load = this.#player.load();
      const count = this.#parking.decide(load, this.#player.playingCount, this.#player.parkedCount);
      if (count > 0) this.#player.park(count);
      if (count < 0) this.#player.bringBack(-count);
      if (count !== 0) this.#logParking(count, load);
      const { turnShare } = load;
      this.#components.post({ type: 'load', overloaded: this.#parking.refusing, turnShare });
      this.#watchLoad();
    });
  }

  #logParking(count: number, load: Load): void {
    const text = count > 0 ? 'voice worker overloaded: channels parked' : 'channels brought back';
    const fields = { count: Math.abs(count), parkedCount: this.#player.parkedCount, ...load };
    this.#components.post({ type: 'log', level: count > 0 ? 'warn' : 'info', text, fields });
  }

  #report(): void {
    const sessions = [...this.#links.values()].flatMap(({ join: { guildId, joinId }, trouble }) => {
      const status = this.#player.status(guildId);
      return status ? [{ guildId, joinId, status: { ...status, ...trouble } }] : [];
    });
    this.#components.post({ type: 'status', sessions });
  }
}
