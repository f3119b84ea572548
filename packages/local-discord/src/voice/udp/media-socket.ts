import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { datagramBytesMax } from '../limits.ts';
import { discoveryAnswer, parseDiscovery } from './ip-discovery.ts';
import { parseRtp, type RtpPacket, rtpHeaderBytes } from './rtp.ts';

const keepAliveBytes = 8;

/** One client, as the socket knows it. */
export interface MediaClient {
  /** Set by its IP discovery; only datagrams from there are its own. */
  remote: { address: string; port: number } | undefined;
  /** `problem` says why a datagram under its ssrc is not acceptable. */
  onPacket(packet: RtpPacket, arrivedAtMs: number): void;
  onBadDatagram(problem: string): void;
}

export interface UdpFaults {
  loss: number;
  delayMs: number;
}

export interface MediaSocketComponents {
  clientOf: (ssrc: number) => MediaClient | undefined;
  /** Read for every datagram, so that faults can change at any time. */
  faults: () => UdpFaults;
  onViolation: (violation: { where: string; problem: string }) => void;
}

/** The one UDP socket of the voice server: answers discovery and keep-alives, hands RTP to its client. */
export class MediaSocket {
  readonly #components: MediaSocketComponents;
  readonly #host: string;
  #socket: Socket | undefined;
  readonly #delayed = new Set<NodeJS.Timeout>();

  constructor(components: MediaSocketComponents, host: string) {
    this.#components = components;
    this.#host = host;
  }

  get port(): number {
    return this.#socket?.address().port ?? 0;
  }

  async start(): Promise<void> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: 1024 * 1024 });
    socket.on('message', (datagram, remote) => this.#onDatagram(datagram, remote));
    socket.bind(0, this.#host);
    await once(socket, 'listening');
    // A client that has gone may bounce what was sent to it.
    socket.on('error', () => {});
    this.#socket = socket;
  }

  async stop(): Promise<void> {
    for (const timer of this.#delayed) clearTimeout(timer);
    this.#delayed.clear();
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined) return;
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  }

  #onDatagram(datagram: Buffer, remote: RemoteInfo): void {
    const { loss, delayMs } = this.#components.faults();
    // Total loss silences everything. Partial loss spares discovery, which clients send once only.
    if (loss >= 1) return;
    const discovered = parseDiscovery(datagram);
    if (datagram.length === keepAliveBytes) this.send(datagram, remote);
    else if (discovered !== undefined) this.#onDiscovery(discovered, remote);
    else if (loss === 0 || Math.random() >= loss) {
      if (delayMs > 0) this.#delay(delayMs, () => this.#onMedia(datagram, remote));
      else this.#onMedia(datagram, remote);
    }
  }

  #delay(delayMs: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#delayed.delete(timer);
      run();
    }, delayMs);
    this.#delayed.add(timer);
  }

  #onDiscovery(ssrc: number, remote: RemoteInfo): void {
    const client = this.#components.clientOf(ssrc);
    if (client === undefined) {
      this.#violation(remote, `IP discovery for unknown ssrc ${ssrc}`);
      return;
    }
    client.remote = { address: remote.address, port: remote.port };
    this.send(discoveryAnswer(ssrc, remote.address, remote.port), remote);
  }

  #onMedia(datagram: Buffer, remote: RemoteInfo): void {
    const arrivedAtMs = performance.timeOrigin + performance.now();
    if (datagram.length < rtpHeaderBytes) {
      this.#violation(remote, `datagram of ${datagram.length} bytes`);
      return;
    }
    const client = this.#components.clientOf(datagram.readUInt32BE(8));
    // The last packets of a client that has just left are nobody's fault.
    if (client === undefined) return;
    const packet = acceptable(datagram, remote, client);
    if (typeof packet === 'string') client.onBadDatagram(packet);
    else client.onPacket(packet, arrivedAtMs);
  }

  send(datagram: Buffer, remote: { address: string; port: number }): void {
    this.#socket?.send(datagram, remote.port, remote.address);
  }

  #violation(remote: RemoteInfo, problem: string): void {
    this.#components.onViolation({ where: `voice UDP from port ${remote.port}`, problem });
  }
}

function acceptable(datagram: Buffer, remote: RemoteInfo, client: MediaClient): RtpPacket | string {
  if (client.remote?.port !== remote.port || client.remote.address !== remote.address) {
    return `comes from port ${remote.port}, not the discovered one`;
  }
  if (datagram.length > datagramBytesMax) return `${datagram.length} bytes are too many`;
  return parseRtp(datagram);
}
