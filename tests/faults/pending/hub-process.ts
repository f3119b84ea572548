/**
 * A hub in a process of its own. Reports where it listens, trusts the hubs it gets by message, and ends with its
 * parent.
 */

import { nodeStatus, nodeTrust } from '#contracts/actions/node.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { createMesh } from '#mesh/mesh.ts';
import { PendingPlaces } from '#mesh/pending-places.ts';
import { safetyWordsOf } from '#mesh/safety-words/safety-words.ts';
import { TestBroadcasts } from '../../mesh/support/broadcasts.ts';

/** Sent by the parent: a community to trust, and where it is known to be, if anywhere. */
export interface TrustOrder {
  peerId: string;
  lastAddresses: string[];
}

const [keyPath = '', guarded = 'guarded'] = process.argv.slice(2);
// The control: libp2p's own number for all hosts is what is left.
if (guarded !== 'guarded') PendingPlaces.prototype.take = () => true;

const signal = new AbortController().signal;
const broadcasts = new TestBroadcasts();
broadcasts.add('radio');
const known = new Map<string, string[]>();
const mesh = createMesh(
  {
    offeredTo: broadcasts.offeredTo,
    trust: {
      names: async () => [],
      list: async () => [],
      // Trust as the action writes it, with the addresses that an earlier connection would have left.
      put: async (community) => {
        community.lastAddresses = known.get(community.peerId) ?? [];
      },
      remove: async () => {},
    },
    intents: {
      list: async () => [{ kind: 'node', key: '', payload: {}, wantedBy: 'test', createdAtMs: 0 }],
      put: async () => {},
      remove: async () => {},
    },
    audit: { record: async () => {} },
    tellManagers: async () => {},
    clock: systemClock(),
    chance: systemChance(),
    logger: silentLogger(),
  },
  {
    communityName: 'Besieged',
    version: '0.0.0',
    keyPath,
    listen: ['/ip4/0.0.0.0/tcp/0'],
    announce: [],
    bootstrap: [],
    mdns: false,
    dhtServer: false,
    connectionsMax: 300,
    untrustedConnectionsMax: 32,
    inboundConnectionsPerSecondMax: 50,
    redialMs: 60_000,
    rebroadcastMax: 0,
  },
);

async function act<Output>(name: string, input: object): Promise<Output> {
  const action = mesh.actions.find(({ spec }) => spec.name === name);
  if (!action) throw new Error(`no action ${name}`);
  const actor = { kind: 'system', reason: 'test' } as const;
  return (await action.run({ actor, signal }, action.spec.input.parse(input))) as Output;
}

await mesh.start?.(signal);
const { addresses, peerId: own = '' } = await act<{ addresses: string[]; peerId?: string }>(
  nodeStatus.name,
  {},
);
process.send?.({ listening: addresses });
process.on('message', async ({ peerId, lastAddresses }: TrustOrder) => {
  known.set(peerId, lastAddresses);
  const words = (await safetyWordsOf(own, peerId)).join(' ');
  await act(nodeTrust.name, { community: peerId, name: peerId.slice(-12), words });
  process.send?.({ trusted: peerId });
});
process.on('disconnect', () => process.exit(0));
