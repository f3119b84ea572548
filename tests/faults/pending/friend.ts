import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys';
import { identify } from '@libp2p/identify';
import type { Libp2p } from '@libp2p/interface';
import { type TCPSocketOptions, tcp } from '@libp2p/tcp';
import { multiaddr } from '@multiformats/multiaddr';
import { createLibp2p } from 'libp2p';
import { connectionStack } from '#mesh/libp2p/connection-stack.ts';
import { audioCodec } from '#mesh/protocols/audio/codec.ts';
import { audioProtocol } from '#mesh/protocols/audio/records.ts';

/** A community whose connections come from an address of its own. */
export class Friend implements AsyncDisposable {
  readonly #node: Libp2p;

  private constructor(node: Libp2p) {
    this.#node = node;
  }

  static async at(localAddress: string): Promise<Friend> {
    const dialOpts: TCPSocketOptions & { localAddress: string } = { localAddress };
    const privateKey = privateKeyFromProtobuf(privateKeyToProtobuf(await generateKeyPair('Ed25519')));
    return new Friend(
      await createLibp2p({
        ...connectionStack(),
        privateKey,
        transports: [tcp({ dialOpts })],
        services: { identify: identify() },
      }),
    );
  }

  get peerId(): string {
    return this.#node.peerId.toString();
  }

  /** How long one dial takes until what only a trusted community may ask is answered; undefined when it isn't. */
  async connect(address: string, withinMs: number): Promise<number | undefined> {
    const signal = AbortSignal.timeout(withinMs);
    const fromMs = performance.now();
    try {
      const connection = await this.#node.dial(multiaddr(address), { signal });
      const stream = await connection.newStream(audioProtocol, { signal });
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const decoder = audioCodec.decoder();
      stream.addEventListener('message', ({ data }) => {
        if (decoder.read(data.subarray()).some(({ type }) => type === 'catalogue')) resolve();
      });
      stream.addEventListener('close', () => reject(new Error('closed')));
      signal.addEventListener('abort', () => reject(new Error('too late')));
      promise.catch(() => {});
      stream.send(audioCodec.encode({ type: 'catalogue-request' }));
      await promise;
      return Math.round(performance.now() - fromMs);
    } catch {
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node.stop();
  }
}
