import { type AnyAction, implement } from '#contracts/action.ts';
import {
  nodeConnect,
  nodeForget,
  nodePeers,
  nodeStart,
  nodeStatus,
  nodeStop,
  nodeTrust,
} from '#contracts/actions/node.ts';
import { actorKey } from '#contracts/actor.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { Introduction } from './introduction.ts';
import type { MeshParts } from './mesh-parts.ts';
import type { NodeLife } from './node-life.ts';
import type { NodeStatusReport } from './node-status.ts';

export interface MeshActionsComponents {
  life: NodeLife;
  status: NodeStatusReport;
  introduction: Introduction;
  intents: IntentStore;
  parts: Pick<MeshParts, 'communities' | 'clock'>;
}

export function meshActions(components: MeshActionsComponents): AnyAction[] {
  const { life, status, introduction, intents, parts } = components;
  return [
    implement(nodeStart, async ({ actor, signal }) => {
      await life.start(signal);
      const createdAtMs = parts.clock.nowMs();
      await intents.put({ kind: 'node', key: '', payload: {}, wantedBy: actorKey(actor), createdAtMs });
      return status.now();
    }),
    implement(nodeStop, async () => {
      await intents.remove('node', '');
      await life.stop();
      return status.now();
    }),
    implement(nodeStatus, async () => status.now()),
    implement(nodePeers, async () => ({ communities: parts.communities.list() })),
    implement(nodeConnect, ({ signal }, { address }) => introduction.connect(address, signal)),
    implement(nodeTrust, ({ actor, signal }, input) => introduction.trust(input, actorKey(actor), signal)),
    implement(nodeForget, (_, { community }) => introduction.forget(community)),
  ];
}
