import type { LookupFunction } from 'node:net';
import { noise } from '@libp2p/noise';
import { type TCPSocketOptions, tcp } from '@libp2p/tcp';
import { meshLimits } from '../limits.ts';
import { socketTls } from './socket-tls.ts';
import { sparingYamux } from './sparing-yamux.ts';

export interface ConnectionStackInit {
  /** How names in addresses resolve. */
  lookup?: LookupFunction;
}

/** Transport, encryption and muxer of every node. */
export function connectionStack({ lookup }: ConnectionStackInit = {}) {
  // Passed to `net.connect` unchanged, although the type names fewer options.
  const dialOpts: TCPSocketOptions & { lookup?: LookupFunction } = lookup ? { lookup } : {};
  return {
    transports: [tcp({ dialOpts })],
    // The dialer's order decides. TLS joins the small writes of a tick into one record.
    connectionEncrypters: [socketTls(), noise()],
    streamMuxers: [
      sparingYamux({
        maxInboundStreams: meshLimits.inboundStreamsPerConnectionMax,
        streamOptions: { maxStreamWindowSize: meshLimits.streamWindowBytesMax },
      }),
    ],
  };
}
