import { availableParallelism } from 'node:os';
import { burstMsMax } from '#contracts/audio.ts';
import type { GuildDirectory, VoiceGateway } from '#contracts/discord.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { GuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type {
  VoiceCapture,
  VoiceCaptureRequest,
  VoiceEngine,
  VoiceJoin,
  VoiceSession,
  VoiceStream,
} from '../voice-contract.ts';
import { Captures } from './captures.ts';
import { Departures } from './departures.ts';
import { EngineStream } from './engine-stream.ts';
import { voiceErrors } from './errors.ts';
import { GatewayBridge } from './gateway-bridge.ts';
import { GuildVoice } from './guild-voice.ts';
import { launchVoiceWorker } from './launch-worker.ts';
import * as limits from './limits.ts';
import type { FromWorker, ToWorker, VoiceWorkerData } from './protocol.ts';
import { fewestChannels, laneForOneMore, VoiceLane } from './voice-lane.ts';
import type { WorkerThread } from './worker-supervisor.ts';

export interface VoiceEngineComponents {
  gateway: VoiceGateway;
  guilds: GuildDirectory;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** For tests, whose worker must trust a new certificate. */
  launchWorker?: (data: VoiceWorkerData) => WorkerThread;
}

export interface VoiceEngineInit extends VoiceWorkerData {
  /** Requests for channels, all guilds together. Default: what Discord accepts. */
  joinsPerMinuteMax?: number;
  /** Most worker threads. Default: the number of cores. */
  workersMax?: number | undefined;
  /** From this number of channels on, a further worker pays off. */
  channelsBeforeNextWorker?: number;
}

/** No voice library is loaded here: the workers have it, and run only while a channel is joined. */
export function createVoiceEngine(
  components: VoiceEngineComponents,
  init: VoiceEngineInit,
): VoiceEngine & Startable {
  return new WorkerVoiceEngine(components, init);
}

class WorkerVoiceEngine implements VoiceEngine, Startable {
  readonly name = 'voice';
  readonly #components: VoiceEngineComponents;
  readonly #workerData: VoiceWorkerData;
  readonly #spread: { lanesMax: number; manyChannels: number };
  readonly burstMs: number;
  readonly delayMs: number;
  #lanes: VoiceLane[] = [];
  readonly #bridge: GatewayBridge;
  readonly #captures = new Captures((message) => this.#tellAll(message));
  readonly #streams = new Map<string, EngineStream>();
  readonly #sessions = new Map<string, GuildVoice>();
  readonly #departures: Departures;
  #lastJoinId = 0;
  #stopping = false;

  constructor(components: VoiceEngineComponents, init: VoiceEngineInit) {
    this.#components = components;
    const { joinsPerMinuteMax, workersMax, channelsBeforeNextWorker, ...workerData } = init;
    this.#workerData = workerData;
    this.delayMs = workerData.delay.startMs;
    this.burstMs = Math.min(burstMsMax, this.delayMs + limits.burstSlackMs);
    this.#departures = new Departures(components);
    this.#spread = {
      lanesMax: workersMax ?? availableParallelism(),
      manyChannels: channelsBeforeNextWorker ?? limits.channelsBeforeNextWorker,
    };
    this.#bridge = new GatewayBridge(components, { sendsPerMinuteMax: joinsPerMinuteMax }, (message) =>
      this.#laneOf(message.guildId)?.supervisor.post(message),
    );
  }

  openStream(streamKey: string): VoiceStream {
    const existing = this.#streams.get(streamKey);
    if (existing) return existing;
    const stream = new EngineStream(this.#components, {
      key: streamKey,
      burstMs: this.burstMs,
      toWorkers: (frame) => {
        for (const { outbox, supervisor } of this.#lanes)
          if (supervisor.running) outbox.push({ streamKey, frame });
      },
      flushed: () => {
        for (const { outbox } of this.#lanes) outbox.drop(streamKey);
        this.#tellAll({ type: 'flush', streamKey });
      },
      interrupted: () => this.#tellAll({ type: 'interrupted', streamKey }),
      close: () => {
        this.#streams.delete(streamKey);
        this.#tellAll({ type: 'close-stream', streamKey });
      },
    });
    this.#streams.set(streamKey, stream);
    this.#tellAll({ type: 'open-stream', streamKey });
    return stream;
  }

  async join(request: VoiceJoin, signal: AbortSignal): Promise<VoiceSession> {
    signal.throwIfAborted();
    if (this.#stopping) throw voiceErrors.VOICE_STOPPED();
    const { guildId, channelId, streamKey } = request;
    if (!this.#streams.has(streamKey)) throw voiceErrors.VOICE_STREAM_UNKNOWN({ streamKey });
    const replaced = this.#sessions.get(guildId);
    // The worker that has the guild ends its earlier session.
    const lane = this.#laneOf(guildId) ?? laneForOneMore(this.#lanes, this.#spread, () => this.#openLane());
    if (!lane) throw voiceErrors.VOICE_OVERLOADED({ channelCount: this.#sessions.size });
    const session = this.#newSession(request);
    this.#sessions.set(guildId, session);
    if (replaced) lane.sessions.delete(replaced);
    lane.sessions.add(session);
    // A person chose the other channel, so the earlier relay must not come back automatically.
    replaced?.markEnded({ kind: 'kicked', error: voiceErrors.VOICE_REPLACED({ guildId, channelId }) });
    this.#bridge.attach(guildId);
    // A worker launched for this session gets it together with all others.
    if (lane.supervisor.running) this.#tellJoin(session, false);
    lane.supervisor.need();
    await session.untilJoined(signal);
    return session;
  }

  channelOf(guildId: string): string | undefined {
    return this.#sessions.get(guildId)?.channelId;
  }

  capture(request: VoiceCaptureRequest): VoiceCapture {
    return this.#captures.start(request);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.all([...this.#sessions.values()].map((session) => session.leave()));
    await Promise.all(this.#lanes.map(({ supervisor }) => supervisor.stop()));
    this.#bridge.stop();
  }

  #newSession(request: VoiceJoin): GuildVoice {
    return new GuildVoice(
      {
        leave: (session) => this.#leave(session),
        tellVolume: ({ guildId, joinId }, percent) =>
          this.#laneOf(guildId)?.supervisor.post({ type: 'volume', guildId, joinId, percent }),
      },
      request,
      ++this.#lastJoinId,
    );
  }

  #receive(message: FromWorker, lane: VoiceLane): void {
    switch (message.type) {
      case 'started':
      case 'pong':
        return;
      case 'gateway-send':
        // Requested just before the session ended: entering now would undo a kick.
        if (message.payload.channel_id !== null && !this.#sessions.has(message.guildId)) return;
        this.#bridge.request(message.guildId, message.payload.channel_id, message.payload);
        break;
      case 'frames-taken':
        lane.outbox.acknowledge(message.count);
        break;
      case 'captured':
      case 'capture-speaker':
        this.#captures.receive(message);
        return;
      case 'joined':
        this.#current(message)?.markJoined();
        break;
      case 'left':
        this.#departures.reported(message.joinId, true);
        break;
      case 'moved': {
        const { guildId, channelId } = message;
        this.#current(message)?.markMoved(channelId, this.#bridge.kindOf(guildId, channelId));
        break;
      }
      case 'hindered':
        this.#current(message)?.markHindered(message.by);
        break;
      case 'cooling':
        this.#current(message)?.markCooling(new GuildmeshError(message.error));
        break;
      case 'ended': {
        const session = this.#current(message);
        if (!session) return;
        const error = new GuildmeshError(message.error);
        this.#forget(session);
        session.markEnded({ kind: message.kind, error });
        if (message.kind === 'kicked') this.#captures.kicked(message.guildId, error);
        break;
      }
      case 'status':
        for (const each of message.sessions) this.#current(each)?.update(each.status);
        return;
      case 'load':
        lane.overloaded = message.overloaded;
        lane.turnShare = message.turnShare;
        break;
      case 'log':
        this.#components.logger[message.level](message.fields, message.text);
        break;
      case 'crash':
        lane.suspectGuildId = message.guildId;
        this.#components.logger.error(
          { error: message.error, guildId: message.guildId },
          'voice worker crashed',
        );
    }
  }

  /** The session a message is about, unless a later join has taken its guild. */
  #current({ guildId, joinId }: { guildId: string; joinId: number }): GuildVoice | undefined {
    const session = this.#sessions.get(guildId);
    return session?.joinId === joinId ? session : undefined;
  }

  #laneOf(guildId: string): VoiceLane | undefined {
    const session = this.#sessions.get(guildId);
    return session && this.#lanes.find(({ sessions }) => sessions.has(session));
  }

  #openLane(): VoiceLane {
    const launch = this.#components.launchWorker ?? launchVoiceWorker;
    const lane = new VoiceLane(
      { ...this.#components, launch: () => launch(this.#workerData) },
      {
        launched: (launched) => this.#tellEverything(launched),
        message: (message, from) => this.#receive(message, from),
        down: (downed) => this.#onWorkerDown(downed),
        failed: (restartCount, failed) => this.#onWorkerFailed(failed, restartCount),
      },
    );
    this.#lanes.push(lane);
    return lane;
  }

  #tellAll(message: ToWorker): void {
    for (const { supervisor } of this.#lanes) supervisor.post(message);
  }

  #tellEverything(lane: VoiceLane): void {
    lane.outbox.reset();
    lane.overloaded = false;
    lane.turnShare = 0;
    for (const [streamKey, stream] of this.#streams) {
      lane.supervisor.post({ type: 'open-stream', streamKey });
      for (const frame of stream.recent()) lane.outbox.push({ streamKey, frame });
    }
    // To Discord the bot may still be in the channel, on a voice connection that died with the worker.
    for (const session of lane.sessions) this.#tellJoin(session, session.toldBefore);
    this.#captures.tellEverything();
  }

  #tellJoin(session: GuildVoice, leaveFirst: boolean): void {
    const { guildId, joinId, request } = session;
    session.toldBefore = true;
    this.#laneOf(guildId)?.supervisor.post({ type: 'join', join: { ...request, joinId, leaveFirst } });
  }

  async #leave(session: GuildVoice): Promise<void> {
    const { guildId, joinId } = session;
    if (!this.#current(session) || this.#departures.has(joinId)) return;
    const polite = await this.#leavePolitely(session);
    if (!this.#current(session)) return;
    if (!polite) this.#bridge.request(guildId, null);
    this.#forget(session);
    session.markLeft(voiceErrors.VOICE_STOPPED());
    await this.#departures.untilSent(this.#bridge.sent(guildId));
  }

  /** Lets the worker end with silence and leave. False when it didn't, for whatever reason. */
  async #leavePolitely({ guildId, joinId }: GuildVoice): Promise<boolean> {
    const supervisor = this.#laneOf(guildId)?.supervisor;
    if (!supervisor?.running) return false;
    const report = this.#departures.report(joinId);
    supervisor.post({ type: 'leave', guildId, joinId });
    return report;
  }

  #forget(session: GuildVoice): void {
    const { guildId } = session;
    const lane = this.#laneOf(guildId);
    lane?.sessions.delete(session);
    this.#sessions.delete(guildId);
    this.#bridge.detach(guildId, () => this.#sessions.has(guildId));
    if (lane?.sessions.size === 0) lane.supervisor.release();
  }

  #onWorkerDown(lane: VoiceLane): void {
    const suspect = lane.suspectGuildId;
    lane.suspectGuildId = undefined;
    for (const session of lane.sessions) {
      session.markWorkerLost();
      this.#departures.reported(session.joinId, false);
      if (session.guildId !== suspect) this.#move(session, lane);
    }
    if (lane.sessions.size === 0) lane.supervisor.release();
  }

  /** To a running worker, where it is heard again sooner; without one it waits until its own is back. */
  #move(session: GuildVoice, from: VoiceLane): void {
    const to = fewestChannels(this.#lanes.filter((lane) => lane !== from && lane.supervisor.running));
    if (!to) return;
    from.sessions.delete(session);
    to.sessions.add(session);
    to.supervisor.need();
    this.#tellJoin(session, session.toldBefore);
  }

  #onWorkerFailed(lane: VoiceLane, restartCount: number): void {
    for (const session of [...lane.sessions]) {
      this.#bridge.request(session.guildId, null);
      this.#forget(session);
      session.markEnded({ kind: 'failed', error: voiceErrors.VOICE_WORKER_FAILED({ restartCount }) });
    }
  }
}
