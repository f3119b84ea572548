import type { MessageStream } from '@libp2p/interface';
import type { JoiningSocket } from './join-writes.ts';

/** Internals of @libp2p/yamux and @libp2p/utils that we use; a test checks them against the installed versions. */
export interface InnerStream extends MessageStream {
  readonly streamId: number;
  state: number;
  recvWindow: number;
  recvWindowCapacity: number;
  sendWindowCapacity: number;
  writeStatus: string;
  sendingData: boolean;
  sendWindowUpdate(): void;
  onMuxerNeedsDrain(): void;
}

/** The encrypted connection below a muxer. */
export interface InnerConnection extends MessageStream {
  writeStatus: string;
  sendingData: boolean;
  /** Only where TLS runs on the socket itself. */
  socket?: Partial<JoiningSocket>;
}

export const streamState = { established: 3 } as const;
