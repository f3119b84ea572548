import type { Stream, StreamHandler } from '@libp2p/interface';

export interface TrustGuard {
  trusted(peerId: string): boolean;
  /** Called for each refused stream: counted, never logged one by one. */
  refused(peerId: string): void;
}

export type ServeStream = (stream: Stream, peerId: string) => void;

/**
 * The guard of a protocol that needs trust. A stream of a community that isn't trusted is reset before a byte of it is
 * read; its opener learns nothing else.
 */
export function trustedOnly(guard: TrustGuard, serve: ServeStream): StreamHandler {
  return (stream, connection) => {
    const peerId = connection.remotePeer.toString();
    if (!guard.trusted(peerId)) {
      guard.refused(peerId);
      stream.abort(new Error('not trusted'));
      return;
    }
    serve(stream, peerId);
  };
}
