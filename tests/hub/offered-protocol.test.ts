import { expect, onTestFinished, test } from 'vitest';
import { nodeStart, nodeStatus } from '#contracts/actions/node.ts';
import type { OfferedProtocol, ProtocolStream } from '#contracts/protocol.ts';
import { defineService } from '#contracts/service.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { Lifecycle } from '#core/lifecycle.ts';
import { silentLogger } from '#core/logger.ts';
import type { HubPorts } from '#hub/ports.ts';
import { wire } from '#hub/wiring.ts';
import { parseAddress } from '#mesh/libp2p/addresses.ts';
import { meshService } from '#mesh/service.ts';
import { TestBroadcasts } from '../mesh/support/broadcasts.ts';
import { actOn, trustNow } from '../mesh/support/hub.ts';
import { rawPeer } from '../mesh/support/raw-peer.ts';
import { homeEverywhere } from '../support/standings.ts';
import { startedStorage } from '../support/started-storage.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const echoId = '/guildmesh/echo/1';

/** Sends back whatever it hears, knowing nothing of libp2p. */
function echo(): OfferedProtocol {
  const open = new Map<ProtocolStream, string>();
  const endAll = () => [...open.keys()].forEach((stream) => void stream.abort(new Error('over')));
  return {
    id: echoId,
    limits: { inboundStreamsMax: 1, outboundStreamsMax: 1 },
    grant: 'trusted',
    serve: () => ({
      accept: (stream, peerId) => {
        open.set(stream, peerId);
        const answered = async () => {
          for await (const chunk of stream) stream.send(chunk.subarray());
          await stream.close();
        };
        answered()
          .catch((error: unknown) => stream.abort(error as Error))
          .finally(() => open.delete(stream));
      },
      endPeer: endAll,
      endAll,
      sessionCount: () => open.size,
      stats: () => ({ open: open.size }),
    }),
  };
}

const echoService = defineService()({
  name: 'echo',
  needs: [],
  create: () => ({ ports: {}, protocols: [echo()] }),
});

test('the node serves the protocol of any service to a trusted community, over TCP', async () => {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const storage = await startedStorage();
  const [clock, chance, logger] = [systemClock(), systemChance(), silentLogger()];
  const config = {
    mesh: {
      ...{ listen: ['/ip4/127.0.0.1/tcp/0'], announce: [], bootstrap: [], mdns: false, dhtServer: false },
      ...{ connectionsMax: 64, untrustedConnectionsMax: 8, inboundConnectionsPerSecondMax: 200 },
      ...{ redialMs: 1_000, rebroadcastMax: 0 },
    },
    community: { name: 'North' },
    ...{ stateDir: folder.path, version: '0.0.0' },
  };
  const wired = await wire<HubPorts, typeof config>([echoService, meshService], {
    given: {
      ...{
        database: storage,
        intents: storage.intents,
        audit: { record: async () => undefined },
        clock,
        chance,
        logger,
      },
      ...{ standings: homeEverywhere, offeredTo: () => new TestBroadcasts(), notify: async () => undefined },
    },
    collected: ['protocols'],
    config,
    role: 'all',
  });
  wired.board.offer('hub', ['protocols'], { protocols: wired.protocols });
  const lifecycle = new Lifecycle({ clock, logger }, wired.parts, 0);
  await lifecycle.start(new AbortController().signal);
  onTestFinished(() => lifecycle.stop());
  const act = actOn(wired.actions);
  await act(nodeStart, {});
  const { addresses } = await act(nodeStatus, {});
  const peer = await rawPeer();
  await trustNow({ act }, { community: peer.peerId.toString(), name: 'Raw' });
  const connection = await peer.dial(parseAddress(addresses[0] ?? '').multiaddr);

  const stream = await connection.newStream(echoId);
  stream.send(new TextEncoder().encode('as it was'));
  void stream.close();
  const heard: Uint8Array[] = [];
  for await (const chunk of stream) heard.push(chunk.subarray());
  expect(Buffer.concat(heard).toString()).toBe('as it was');
});
