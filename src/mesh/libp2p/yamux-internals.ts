import type { MessageStream } from '@libp2p/interface';
import type { JoiningSocket } from './join-writes.ts';

/** What is used of @libp2p/yamux and @libp2p/utils beyond their interfaces; a test holds it against the installed ones. */
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
