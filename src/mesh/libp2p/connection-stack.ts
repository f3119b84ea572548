import { noise } from '@libp2p/noise';
import { tcp } from '@libp2p/tcp';
import { meshLimits } from '../limits.ts';
import { socketTls } from './socket-tls.ts';
import { sparingYamux } from './sparing-yamux.ts';

/** How bytes travel: what every node of ours speaks on a connection. */
export function connectionStack() {
  return {
    transports: [tcp()],
    // The dialer's order decides. TLS joins the small writes of a tick into one record.
    connectionEncrypters: [socketTls(), noise()],
    streamMuxers: [sparingYamux({ streamOptions: { maxStreamWindowSize: meshLimits.streamWindowBytesMax } })],
  };
}
