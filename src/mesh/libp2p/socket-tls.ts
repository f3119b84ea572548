import { Socket } from 'node:net';
import { type ConnectionOptions, connect, TLSSocket, type TLSSocketOptions } from 'node:tls';
import type {
  ConnectionEncrypter,
  MessageStream,
  SecureConnectionOptions,
  SecuredConnection,
  StreamMuxerFactory,
} from '@libp2p/interface';
import { PROTOCOL, type TLSComponents, tls } from '@libp2p/tls';
import { generateCertificate, toMessageStream, verifyPeerCertificate } from '@libp2p/tls/utils';
import { joinWrites } from './join-writes.ts';

/** The ALPN name for "the muxer is negotiated later", https://github.com/libp2p/specs/blob/master/tls/tls.md. */
const muxerLater = 'libp2p';

/**
 * `/tls/1.0.0` like libp2p's own, but on the TCP socket itself: encryption and write are then one native call, while
 * libp2p passes every record through a stream in JavaScript. Any other connection gets libp2p's own.
 */
export function socketTls(): (components: TLSComponents) => ConnectionEncrypter {
  return (components) => new SocketTls(components);
}

class SocketTls implements ConnectionEncrypter {
  readonly protocol = PROTOCOL;
  readonly #components: TLSComponents;
  readonly #usual: ConnectionEncrypter;
  #certificate: ReturnType<typeof generateCertificate> | undefined;

  constructor(components: TLSComponents) {
    this.#components = components;
    this.#usual = tls()(components);
  }

  async secureInbound(
    connection: MessageStream,
    options?: SecureConnectionOptions,
  ): Promise<SecuredConnection> {
    const socket = socketOf(connection);
    if (!socket) return this.#usual.secureInbound(connection, options);
    const muxers = this.#muxers(options);
    let chosen: StreamMuxerFactory | undefined;
    const inbound = {
      isServer: true,
      // Clients must prove their identity, too.
      requestCert: true,
      ALPNCallback: ({ protocols }: { protocols: string[] }) => {
        const protocol = protocols.find((name) => muxers.has(name));
        chosen = protocol === undefined ? undefined : muxers.get(protocol);
        return protocol ?? protocols.find((name) => name === muxerLater);
      },
    };
    const secured = await this.#secure(
      connection,
      socket,
      options,
      (common) => new TLSSocket(socket, { ...common, ...inbound } as TLSSocketOptions),
    );
    return { ...secured, ...(chosen && { streamMuxer: chosen }) };
  }

  async secureOutbound(
    connection: MessageStream,
    options?: SecureConnectionOptions,
  ): Promise<SecuredConnection> {
    const socket = socketOf(connection);
    if (!socket) return this.#usual.secureOutbound(connection, options);
    const muxers = this.#muxers(options);
    let secure: TLSSocket | undefined;
    const ALPNProtocols = [...muxers.keys(), muxerLater];
    const secured = await this.#secure(connection, socket, options, (common) => {
      secure = connect({ ...common, socket, ALPNProtocols } as ConnectionOptions);
      return secure;
    });
    const chosen = muxers.get(secure?.alpnProtocol || muxerLater);
    return { ...secured, ...(chosen && { streamMuxer: chosen }) };
  }

  #muxers(options: SecureConnectionOptions | undefined): Map<string, StreamMuxerFactory> {
    return options?.skipStreamMuxerNegotiation ? new Map() : this.#components.upgrader.getStreamMuxers();
  }

  async #secure(
    connection: MessageStream,
    socket: Socket,
    options: SecureConnectionOptions | undefined,
    open: (common: object) => TLSSocket,
  ): Promise<SecuredConnection> {
    const early = collect(connection);
    try {
      this.#certificate ??= generateCertificate(this.#components.privateKey);
      const certificate = await this.#certificate;
      options?.signal?.throwIfAborted();
      if (socket.destroyed) throw new Error('the connection closed before the handshake');
      handOver(socket, early.taken());
      const secure = open({
        ...certificate,
        minVersion: 'TLSv1.3',
        maxVersion: 'TLSv1.3',
        // Certificates of libp2p are self-signed; the peer's identity is in an extension, checked below.
        rejectUnauthorized: false,
      });
      // Resetting the handle under TLS ends in a use after free (Node 24.21); TLS closes it when it ends.
      socket.resetAndDestroy = () => {
        secure.destroy();
        return socket;
      };
      await handshake(secure, options?.signal);
      const { raw } = secure.getPeerCertificate();
      const remotePeer = await verifyPeerCertificate(raw, options?.remotePeer, connection.log);
      return { remotePeer, connection: toMessageStream(connection, joinWrites(secure)) };
    } catch (error) {
      connection.abort(error instanceof Error ? error : new Error('the handshake failed', { cause: error }));
      throw error;
    }
  }
}

/** Only libp2p's TCP transport sets it. */
function socketOf(connection: MessageStream): Socket | undefined {
  const { socket } = connection as { socket?: unknown };
  return socket instanceof Socket ? socket : undefined;
}

/** Bytes of the handshake may directly follow those of the negotiation. */
function collect(connection: MessageStream) {
  const chunks: Uint8Array[] = [];
  const onMessage = ({ data }: { data: Uint8Array | { subarray(): Uint8Array } }) =>
    void chunks.push(data.subarray());
  connection.addEventListener('message', onMessage);
  return {
    taken: () => {
      connection.removeEventListener('message', onMessage);
      return chunks;
    },
  };
}

/** From here on the socket's bytes go to TLS, those read earlier first. */
function handOver(socket: Socket, read: readonly Uint8Array[]): void {
  socket.removeAllListeners('data');
  socket.pause();
  if (read.length > 0) socket.unshift(Buffer.concat(read));
}

function handshake(secure: TLSSocket, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => secure.destroy(new Error('the handshake took too long'));
    signal?.addEventListener('abort', onAbort, { once: true });
    const settle = (act: () => void) => () => {
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    secure.once('secure', settle(resolve));
    secure.once(
      'close',
      settle(() => reject(new Error('the connection closed during the handshake'))),
    );
    secure.on('error', (error) => settle(() => reject(error))());
  });
}
