import {
  type ConnectionData,
  type DAVESession,
  type DiscordGatewayAdapterLibraryMethods,
  joinVoiceChannel,
  NetworkingStatusCode,
  type VoiceConnection,
  VoiceConnectionStatus,
} from '@discordjs/voice';
import type { GatewayVoiceServerUpdateDispatchData, GatewayVoiceState } from 'discord-api-types/v10';
import type { Clock } from '#core/clock.ts';
import type { VoiceJoin } from '../contract.ts';
import { encryptFailuresMax, transitionGraceMs } from '../limits.ts';
import { watchConnection } from './connection-watch.ts';
import { PrivacyGate } from './privacy-gate.ts';
import { useKeyObject } from './session-key.ts';

export interface VoiceTransportEvents {
  ready(): void;
  connecting(): void;
  endpointRemoved(): void;
  closed(code: number): void;
  socketClosed(code: number): void;
  /** Messages of the encrypted group were ignored while resuming: it can't be trusted to be current. */
  groupOutdated(): void;
  entersLibrary(): void;
  encryptionUnsupported(): void;
  error(error: Error): void;
}

const silenceFrame = Buffer.from([0xf8, 0xff, 0xfe]);

/** One library connection: the only place that hands packets to it. */
export class VoiceTransport {
  readonly #gate: PrivacyGate;
  readonly #connection: VoiceConnection;
  readonly #events: VoiceTransportEvents;
  #gateway: DiscordGatewayAdapterLibraryMethods | undefined;
  #groupOutdated = false;
  #encryptFailureCount = 0;
  #keyObject = false;

  constructor(
    components: { clock: Clock },
    place: { guildId: string; channelId: string },
    events: VoiceTransportEvents,
  ) {
    this.#gate = new PrivacyGate(components, { graceMs: transitionGraceMs });
    this.#events = events;
    this.#connection = joinVoiceChannel({
      ...place,
      selfDeaf: true,
      selfMute: false,
      // The library asks to join at creation, and again, at once and without end, after most close codes. The
      // owner of this transport does all the asking instead.
      adapterCreator: (methods) => {
        this.#gateway = methods;
        return { sendPayload: () => true, destroy: () => {} };
      },
    });
    watchConnection(this.#connection, {
      ...events,
      ready: () => this.#onReady(),
      binary: (whileResuming) => {
        this.#groupOutdated ||= whileResuming;
        events.entersLibrary();
      },
      transitioned: () => this.#gate.transitioned(this.#live()?.dave),
      error: (error) => this.#onError(error),
    });
  }

  /** End-to-end encryption is in effect for the next packet. */
  get e2ee(): boolean {
    return this.#gate.opensFor(this.#live()?.dave);
  }

  /** The voice server runs a DAVE version here. */
  get e2eeOffered(): boolean {
    return (this.#live()?.dave?.protocolVersion ?? 0) > 0;
  }

  /** Members of the call beside the bot. */
  get otherCount(): number {
    return this.#live()?.connectionData.connectedClients.size ?? 0;
  }

  /** Programme may leave: encrypted, or in a stage that has no encryption. */
  secured(kind: VoiceJoin['kind']): boolean {
    const live = this.#live();
    if (!live) return false;
    return this.#mayCarryProgramme(live.dave, kind);
  }

  voiceState(state: GatewayVoiceState): void {
    this.#gateway?.onVoiceStateUpdate(state);
  }

  voiceServer(server: GatewayVoiceServerUpdateDispatchData): void {
    this.#gateway?.onVoiceServerUpdate(server);
  }

  /** `broken`: packets fail to encrypt, one after another. */
  play(payload: Buffer | undefined, kind: VoiceJoin['kind']): 'played' | 'silent' | 'broken' {
    const live = this.#live();
    if (!live) return 'silent';
    const programme = payload && this.#mayCarryProgramme(live.dave, kind) ? payload : undefined;
    try {
      this.#connection.playOpusPacket(programme ?? silenceFrame);
      this.#encryptFailureCount = 0;
      return programme ? 'played' : 'silent';
    } catch (error) {
      this.#events.error(error as Error);
      return ++this.#encryptFailureCount >= encryptFailuresMax ? 'broken' : 'silent';
    }
  }

  speakingOff(): void {
    this.#connection.setSpeaking(false);
  }

  /** For the log. */
  describe(): Record<string, unknown> {
    const live = this.#live();
    if (!live) return {};
    const { encryptionMode } = live.connectionData;
    return { encryptionMode, keyObject: this.#keyObject, daveVersion: live.dave?.protocolVersion ?? 0 };
  }

  destroy(): void {
    if (this.#connection.state.status === VoiceConnectionStatus.Destroyed) return;
    this.#connection.destroy(false);
  }

  #mayCarryProgramme(dave: DAVESession | undefined, kind: VoiceJoin['kind']): boolean {
    const mustEncrypt = kind === 'voice' || (dave?.protocolVersion ?? 0) > 0;
    return !mustEncrypt || this.#gate.opensFor(dave);
  }

  #onReady(): void {
    const live = this.#live();
    if (!live) return;
    if (this.#groupOutdated) {
      this.#groupOutdated = false;
      this.#events.groupOutdated();
      return;
    }
    this.#keyObject = useKeyObject(live.connectionData);
    // Discord wants one Speaking before the first packet; a resume has forgotten the last.
    this.#connection.setSpeaking(true);
    this.#events.ready();
  }

  #onError(error: Error): void {
    if (error.message.startsWith('No compatible encryption modes')) this.#events.encryptionUnsupported();
    else this.#events.error(error);
  }

  #live(): { dave?: DAVESession | undefined; connectionData: ConnectionData } | undefined {
    const { state } = this.#connection;
    if (state.status !== VoiceConnectionStatus.Ready) return undefined;
    const networking = state.networking.state;
    return networking.code === NetworkingStatusCode.Ready ? networking : undefined;
  }
}
