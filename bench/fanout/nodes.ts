import type { Libp2p } from '@libp2p/interface';
import { tcp } from '@libp2p/tcp';
import { tls } from '@libp2p/tls';
import { yamux } from '@libp2p/yamux';
import { createLibp2p } from 'libp2p';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { connectionStack } from '#mesh/libp2p/connection-stack.ts';
import { FanOut, usualFanOut } from '#mesh/protocols/audio/fan-out.ts';
import { AudioHandler } from '#mesh/protocols/audio/handler.ts';
import { Rebroadcasts } from '#mesh/protocols/audio/rebroadcasts.ts';
import { audioProtocol } from '#mesh/protocols/audio/records.ts';
import type { TestBroadcasts } from '../../tests/mesh/support/broadcasts.ts';
import type { Mode } from './plan.ts';

/** A node on a free port of this machine, with nothing on it but what carries frames. */
export function benchNode(mode: Mode, services = {}): Promise<Libp2p> {
  const stack =
    mode === 'stock'
      ? { transports: [tcp()], connectionEncrypters: [tls()], streamMuxers: [yamux()] }
      : connectionStack();
  return createLibp2p({
    ...stack,
    addresses: { listen: ['/ip4/127.0.0.1/tcp/0'] },
    connectionManager: {
      maxConnections: 2_000,
      inboundConnectionThreshold: 2_000,
      maxIncomingPendingConnections: 500,
    },
    services,
  });
}

/** Serves broadcasts as the hub does. */
export async function serveAudio(node: Libp2p, catalogue: TestBroadcasts, frames: number): Promise<void> {
  const fanOut = new FanOut({
    ...usualFanOut,
    directMax: usualFanOut.subscriptionsMax,
    joinAbove: [{ subscriptions: 0, frames }],
  });
  const handler = new AudioHandler(
    {
      offeredTo: catalogue.offeredTo,
      rebroadcasts: new Rebroadcasts({ clock: systemClock() }),
      clock: systemClock(),
      logger: silentLogger(),
    },
    fanOut,
  );
  await node.handle(audioProtocol, (stream, connection) =>
    handler.accept(stream, connection.remotePeer.toString()),
  );
}
