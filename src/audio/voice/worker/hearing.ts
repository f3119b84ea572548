import type { ConnectionData, DAVESession, VoiceConnection, VoiceUDPSocket } from '@discordjs/voice';
import type { HeardPacket } from '../../capture/channel-capture.ts';
import { openReceivedPacket } from '../../capture/received-packet.ts';
import { isSilence } from '../../opus/toc.ts';

interface HearingSession {
  connectionData: ConnectionData;
  dave?: DAVESession | undefined;
  udp: VoiceUDPSocket;
}

/**
 * What others say, decrypted, with the RTP time that the library’s own receiver throws away. The library still learns
 * which stream belongs to whom, and follows the encrypted group; its receiver is not used, since it passes on what it
 * can’t decrypt yet.
 */
export class Hearing {
  readonly #connection: VoiceConnection;
  readonly #onPacket: ((packet: HeardPacket) => void) | undefined;
  readonly #isWanted: () => boolean;
  #socket: VoiceUDPSocket | undefined;
  #session: HearingSession | undefined;

  constructor(
    connection: VoiceConnection,
    listener: { isWanted: () => boolean; onPacket: (packet: HeardPacket) => void },
  ) {
    this.#connection = connection;
    this.#isWanted = listener.isWanted;
    this.#onPacket = listener.onPacket;
  }

  /** After each Ready: a new voice session has another socket and another key, a resumed one the same. */
  attach(session: HearingSession): void {
    this.#session = session;
    if (this.#socket === session.udp) return;
    this.#socket = session.udp;
    session.udp.on('message', (datagram: Buffer) => {
      if (this.#socket === session.udp && this.#isWanted()) this.#hear(datagram);
    });
  }

  #hear(datagram: Buffer): void {
    const session = this.#session;
    if (!session || datagram.length <= 12) return;
    const userId = this.#connection.receiver.ssrcMap.get(datagram.readUInt32BE(8))?.userId;
    if (userId === undefined) return;
    const { encryptionMode: mode, secretKey: key } = session.connectionData;
    const packet = openReceivedPacket(datagram, { mode, key });
    const payload = packet && openedByGroup(session.dave, userId, packet.payload);
    if (packet && payload) this.#onPacket?.({ userId, timestamp: packet.timestamp, payload });
  }
}

/** Undefined for what can’t be decrypted: sent before this bot was in the group, or after a change it hasn’t seen. */
function openedByGroup(dave: DAVESession | undefined, userId: string, payload: Buffer): Buffer | undefined {
  if (!dave || dave.protocolVersion === 0 || isSilence(payload)) return payload;
  if (!dave.session?.ready) return undefined;
  try {
    return dave.decrypt(payload, userId) ?? undefined;
  } catch {
    return undefined;
  }
}
