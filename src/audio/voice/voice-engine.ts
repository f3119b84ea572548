import { Worker } from 'node:worker_threads';
import type { Frame } from '#contracts/audio.ts';
import type { GuildDirectory, VoiceGateway } from '#contracts/discord.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { GuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import { Captures } from './captures.ts';
import type {
  VoiceCapture,
  VoiceCaptureRequest,
  VoiceEngine,
  VoiceJoin,
  VoiceSession,
  VoiceStream,
} from './contract.ts';
import { voiceErrors } from './errors.ts';
import { FrameOutbox } from './frame-outbox.ts';
import { GatewayBridge } from './gateway-bridge.ts';
import { GuildVoice } from './guild-voice.ts';
import { leaveTimeoutMs, workerHeapMiBMax } from './limits.ts';
import type { FromWorker, VoiceWorkerData } from './protocol.ts';
import { WorkerSupervisor, type WorkerThread } from './worker-supervisor.ts';

export interface VoiceEngineComponents {
  gateway: VoiceGateway;
  guilds: GuildDirectory;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** For tests, whose worker must trust a certificate made a moment ago. */
  launchWorker?: (data: VoiceWorkerData) => WorkerThread;
}

export interface VoiceEngineInit extends VoiceWorkerData {
  /** Requests for channels, all guilds together. Default: what Discord takes. */
  joinsPerMinuteMax?: number;
}

/** No voice library is loaded here: the worker has it, and runs only while a channel is joined. */
export function createVoiceEngine(
  components: VoiceEngineComponents,
  init: VoiceEngineInit,
): VoiceEngine & Startable {
  return new WorkerVoiceEngine(components, init);
}

export function launchVoiceWorker(
  data: VoiceWorkerData,
  options: { execArgv?: string[] } = {},
): WorkerThread {
  return new Worker(new URL('./worker/main.ts', import.meta.url), {
    name: 'voice',
    workerData: data,
    resourceLimits: { maxOldGenerationSizeMb: workerHeapMiBMax },
    ...options,
  });
}

class WorkerVoiceEngine implements VoiceEngine, Startable {
  readonly name = 'voice';
  readonly #components: VoiceEngineComponents;
  readonly #supervisor: WorkerSupervisor;
  readonly #outbox: FrameOutbox;
  readonly #bridge: GatewayBridge;
  readonly #captures = new Captures((message) => this.#supervisor.post(message));
  readonly #streams = new Map<string, VoiceStream>();
  readonly #sessions = new Map<string, GuildVoice>();
  /** By join id: who waits for the worker to say `left`. */
  readonly #leaving = new Map<number, (polite: boolean) => void>();
  #lastJoinId = 0;
  #stopping = false;

  constructor(components: VoiceEngineComponents, init: VoiceEngineInit) {
    this.#components = components;
    const launch = components.launchWorker ?? launchVoiceWorker;
    this.#supervisor = new WorkerSupervisor(
      { ...components, launch: () => launch(init) },
      {
        launched: () => this.#tellEverything(),
        message: (message) => this.#receive(message),
        down: () => this.#onWorkerDown(),
        failed: (restartCount) => this.#onWorkerFailed(restartCount),
      },
    );
    this.#outbox = new FrameOutbox((frames, transfer) =>
      this.#supervisor.post({ type: 'frames', frames }, transfer),
    );
    this.#bridge = new GatewayBridge(components, { sendsPerMinuteMax: init.joinsPerMinuteMax }, (message) =>
      this.#supervisor.post(message),
    );
  }

  openStream(streamKey: string): VoiceStream {
    const existing = this.#streams.get(streamKey);
    if (existing) return existing;
    const stream: VoiceStream = {
      key: streamKey,
      frame: (frame: Frame) => {
        if (this.#streams.get(streamKey) !== stream || !this.#supervisor.running) return;
        this.#outbox.push({ streamKey, frame });
      },
      interrupted: () => this.#supervisor.post({ type: 'interrupted', streamKey }),
      close: () => {
        if (this.#streams.get(streamKey) !== stream) return;
        this.#streams.delete(streamKey);
        this.#supervisor.post({ type: 'close-stream', streamKey });
      },
    };
    this.#streams.set(streamKey, stream);
    this.#supervisor.post({ type: 'open-stream', streamKey });
    return stream;
  }

  async join(request: VoiceJoin, signal: AbortSignal): Promise<VoiceSession> {
    signal.throwIfAborted();
    if (this.#stopping) throw voiceErrors.VOICE_STOPPED();
    const { guildId, channelId, streamKey } = request;
    if (!this.#streams.has(streamKey)) throw voiceErrors.VOICE_STREAM_UNKNOWN({ streamKey });
    const replaced = this.#sessions.get(guildId);
    const session = new GuildVoice({ leave: (each) => this.#leave(each) }, request, ++this.#lastJoinId);
    this.#sessions.set(guildId, session);
    // A person chose the other channel, so the earlier relay isn't to come back by itself.
    replaced?.markEnded({ kind: 'kicked', error: voiceErrors.VOICE_REPLACED({ guildId, channelId }) });
    this.#bridge.attach(guildId);
    // A worker launched for this session learns of it with all others.
    if (this.#supervisor.running) this.#tellJoin(session, false);
    this.#supervisor.need();
    await this.#untilJoined(session, signal);
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
    await this.#supervisor.stop();
    this.#bridge.stop();
  }

  async #untilJoined(session: GuildVoice, signal: AbortSignal): Promise<void> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => {
      aborted.reject(signal.reason);
      void session.leave();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      await Promise.race([session.joined, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'started':
      case 'pong':
        return;
      case 'gateway-send':
        this.#bridge.request(message.guildId, message.payload.channel_id, message.payload);
        break;
      case 'frames-taken':
        this.#outbox.acknowledge(message.count);
        break;
      case 'captured':
      case 'capture-speaker':
        this.#captures.receive(message);
        return;
      case 'joined':
        this.#current(message)?.markJoined();
        break;
      case 'left':
        this.#leaving.get(message.joinId)?.(true);
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
        this.#forget(session);
        session.markEnded({ kind: message.kind, error: new GuildmeshError(message.error) });
        break;
      }
      case 'status':
        for (const each of message.sessions) this.#current(each)?.update(each.status);
        return;
      case 'log':
        this.#components.logger[message.level](message.fields, message.text);
        break;
      case 'crash':
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

  #tellEverything(): void {
    this.#outbox.reset();
    for (const streamKey of this.#streams.keys()) this.#supervisor.post({ type: 'open-stream', streamKey });
    // To Discord the bot may still be in the channel, on a voice connection that died with the worker.
    for (const session of this.#sessions.values()) this.#tellJoin(session, session.toldBefore);
    this.#captures.tellEverything();
  }

  #tellJoin(session: GuildVoice, leaveFirst: boolean): void {
    session.toldBefore = true;
    this.#supervisor.post({ type: 'join', join: { ...session.request, joinId: session.joinId, leaveFirst } });
  }

  async #leave(session: GuildVoice): Promise<void> {
    const { guildId, joinId } = session;
    if (!this.#current(session) || this.#leaving.has(joinId)) return;
    const polite = await this.#leavePolitely(session);
    if (!this.#current(session)) return;
    if (!polite) this.#bridge.request(guildId, null);
    this.#forget(session);
    session.markLeft(voiceErrors.VOICE_STOPPED());
    await this.#atMost(leaveTimeoutMs, this.#bridge.sent(guildId));
  }

  /** Lets the worker end with silence and leave. False when it didn't, for whatever reason. */
  async #leavePolitely({ guildId, joinId }: GuildVoice): Promise<boolean> {
    if (!this.#supervisor.running) return false;
    const left = Promise.withResolvers<boolean>();
    this.#leaving.set(joinId, left.resolve);
    this.#supervisor.post({ type: 'leave', guildId, joinId });
    const polite = await this.#atMost(leaveTimeoutMs, left.promise);
    this.#leaving.delete(joinId);
    return polite === true;
  }

  /** Undefined when the time is up first. */
  async #atMost<T>(timeoutMs: number, promise: Promise<T>): Promise<T | undefined> {
    const late = Promise.withResolvers<undefined>();
    const timer = this.#components.clock.after(timeoutMs, () => late.resolve(undefined));
    try {
      return await Promise.race([promise, late.promise]);
    } finally {
      timer.cancel();
    }
  }

  #forget(session: GuildVoice): void {
    const { guildId } = session;
    this.#sessions.delete(guildId);
    this.#bridge.detach(guildId, () => this.#sessions.has(guildId));
    if (this.#sessions.size === 0) this.#supervisor.release();
  }

  #onWorkerDown(): void {
    for (const session of this.#sessions.values()) session.markWorkerLost();
    for (const done of this.#leaving.values()) done(false);
  }

  #onWorkerFailed(restartCount: number): void {
    for (const session of [...this.#sessions.values()]) {
      this.#bridge.request(session.guildId, null);
      this.#forget(session);
      session.markEnded({ kind: 'failed', error: voiceErrors.VOICE_WORKER_FAILED({ restartCount }) });
    }
  }
}
