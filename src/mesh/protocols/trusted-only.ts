import type { Connection, Stream, StreamHandler } from '@libp2p/interface';

export interface TrustGuard {
  trusted(peerId: string): boolean;
  /** A stream was refused: counted, never logged one by one. */
  refused(peerId: string): void;
}

/**
 * The one door of every application protocol. A stream of a community that isn't trusted is reset before a byte of
 * it is read; whoever opened it learns only that.
 */
export function trustedOnly(
  guard: TrustGuard,
  serve: (stream: Stream, peerId: string, connection: Connection) => void,
): StreamHandler {
  return (stream, connection) => {
    const peerId = connection.remotePeer.toString();
    if (!guard.trusted(peerId)) {
      guard.refused(peerId);
      stream.abort(new Error('not trusted'));
      return;
    }
    serve(stream, peerId, connection);
  };
}
