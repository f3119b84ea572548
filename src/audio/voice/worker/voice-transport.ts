import {
  type ConnectionData,
  type DAVESession,
  type DiscordGatewayAdapterLibraryMethods,
  joinVoiceChannel,
  type Networking,
  NetworkingStatusCode,
  type VoiceConnection,
  VoiceConnectionStatus,
  type VoiceUDPSocket,
} from '@discordjs/voice';
import type { GatewayVoiceServerUpdateDispatchData, GatewayVoiceState } from 'discord-api-types/v10';
import type { Clock } from '#core/clock.ts';
import type { HeardPacket } from '../../capture/channel-capture.ts';
import { silencePayload } from '../../opus/toc.ts';
import type { VoiceJoin } from '../../voice-contract.ts';
import { encryptFailuresMax, transitionGraceMs } from '../limits.ts';
import { connectSocket } from './connected-socket.ts';
import { watchConnection } from './connection-watch.ts';
import { groupOf } from './group-members.ts';
import { Hearing } from './hearing.ts';
import { Packetizer } from './packetizer.ts';
import { PrivacyGate } from './privacy-gate.ts';
import { advance, RtpTime } from './rtp-position.ts';
import { useKeyObject } from './session-key.ts';

export interface VoiceTransportEvents {
  ready(): void;
  connecting(): void;
  endpointRemoved(): void;
  closed(code: number): void;
  socketClosed(code: number): void;
  /** Messages of the encrypted group were ignored while resuming, so it may be outdated. */
  groupOutdated(): void;
  entersLibrary(): void;
  encryptionUnsupported(): void;
  error(error: Error): void;
}

const silenceFrame = Buffer.from(silencePayload);
/** Instead of a payload: no packet in this turn, for the listener's decoder to conceal, as if one were lost. */
export const concealed = Buffer.alloc(0);

/** A voice session that can send packets. */
interface Live {
  networking: Networking;
  dave?: DAVESession | undefined;
  connectionData: ConnectionData;
  udp: VoiceUDPSocket;
}

/** One library connection: the only place that hands packets to it. */
export class VoiceTransport {
  readonly #gate: PrivacyGate;
  readonly #connection: VoiceConnection;
  readonly #events: VoiceTransportEvents;
  readonly #hearing: Hearing;
  readonly #rtpTime = new RtpTime();
  #gateway: DiscordGatewayAdapterLibraryMethods | undefined;
  #groupOutdated = false;
  #encryptFailureCount = 0;
  #keyObject = false;
  #packetizer: Packetizer | undefined;

  constructor(
    components: {
      clock: Clock;
      hears: { isWanted: () => boolean; onPacket: (packet: HeardPacket) => void };
    },
    place: { guildId: string; channelId: string },
    events: VoiceTransportEvents,
  ) {
    this.#gate = new PrivacyGate(components, { graceMs: transitionGraceMs });
    this.#events = events;
    this.#connection = joinVoiceChannel({
      ...place,
      selfDeaf: true,
      selfMute: false,
      // The library asks to join at creation, and again, at once and endlessly, after most close codes. The owner of
      // this transport does all the asking instead.
      adapterCreator: (methods) => {
        this.#gateway = methods;
        return { sendPayload: () => true, destroy: () => {} };
      },
    });
    this.#hearing = new Hearing(this.#connection, components.hears);
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

  /** Members beside the bot: of the call, and of the encrypted group, which is undefined while there is none. */
  members(): { inCall: string[]; inGroup: string[] | undefined } {
    const live = this.#live();
    if (!live) return { inCall: [], inGroup: undefined };
    const group = groupOf(live.dave?.session);
    const others = (ids: Iterable<string>) => [...ids].filter((id) => id !== group.ownId);
    return {
      inCall: others(live.connectionData.connectedClients),
      inGroup: group.members && others(group.members),
    };
  }

  /** Programme may be sent: encrypted, or in a stage that has no encryption. */
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

  /** One turn, by its number. `broken`: packets fail to encrypt, one after another. */
  play(payload: Buffer | undefined, kind: VoiceJoin['kind'], turn: number): 'played' | 'silent' | 'broken' {
    const live = this.#live();
    if (!live) return 'silent';
    this.#rtpTime.reach(live.connectionData, turn);
    const mustEncrypt = mustBeEncrypted(live.dave, kind);
    const programme = payload && (!mustEncrypt || this.#gate.opensFor(live.dave)) ? payload : undefined;
    try {
      if (programme === concealed) advance(live.connectionData, 1, 1);
      else if (!this.#packetizer?.builds(live.connectionData))
        this.#connection.playOpusPacket(programme ?? silenceFrame);
      else live.udp.send(this.#packetizer.build(frameOf(live.dave, programme, mustEncrypt)));
      this.#encryptFailureCount = 0;
      return programme && programme !== concealed ? 'played' : 'silent';
    } catch (error) {
      this.#events.error(error instanceof Error ? error : new Error(String(error)));
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
    return {
      encryptionMode,
      keyObject: this.#keyObject,
      ownPackets: this.#packetizer?.builds(live.connectionData) ?? false,
      daveVersion: live.dave?.protocolVersion ?? 0,
    };
  }

  destroy(): void {
    if (this.#connection.state.status === VoiceConnectionStatus.Destroyed) return;
    this.#connection.destroy(false);
  }

  #mayCarryProgramme(dave: DAVESession | undefined, kind: VoiceJoin['kind']): boolean {
    return !mustBeEncrypted(dave, kind) || this.#gate.opensFor(dave);
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
    const { networking, connectionData, udp } = live;
    if (!this.#packetizer?.builds(connectionData))
      this.#packetizer = Packetizer.takeOver(networking, connectionData);
    connectSocket(udp);
    this.#hearing.attach(live);
    // Discord wants one Speaking before the first packet; a resume has forgotten the last.
    this.#connection.setSpeaking(true);
    this.#events.ready();
  }

  #onError(error: Error): void {
    if (error.message.startsWith('No compatible encryption modes')) this.#events.encryptionUnsupported();
    else this.#events.error(error);
  }

  #live(): Live | undefined {
    const { state } = this.#connection;
    if (state.status !== VoiceConnectionStatus.Ready) return undefined;
    const { networking } = state;
    if (networking.state.code !== NetworkingStatusCode.Ready) return undefined;
    const { connectionData, dave, udp } = networking.state;
    return { networking, connectionData, dave, udp };
  }
}

function mustBeEncrypted(dave: DAVESession | undefined, kind: VoiceJoin['kind']): boolean {
  return kind === 'voice' || (dave?.protocolVersion ?? 0) > 0;
}

/**
 * The payload of a packet. Silence is never end-to-end encrypted; for programme the gate has just said that it can be.
 */
function frameOf(
  dave: DAVESession | undefined,
  programme: Buffer | undefined,
  mustEncrypt: boolean,
): Uint8Array {
  if (!programme) return silenceFrame;
  if (!mustEncrypt) return programme;
  const session = dave?.session;
  if (!session) throw new Error('no end-to-end encryption for a frame that must have it');
  return session.encryptOpus(programme);
}
