import type { AnyAction } from '#contracts/action.ts';
import type { RemoteBroadcasts } from '#contracts/audio.ts';
import type { CommunityDirectory } from '#contracts/communities.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type { ProtocolStats } from '#contracts/protocol.ts';
import type { Startable } from '#core/lifecycle.ts';
import { meshActions } from './actions.ts';
import { ChangedKeys } from './changed-keys.ts';
import { Communities } from './communities.ts';
import { ConnectionTable } from './connection-table.ts';
import { Contacts } from './contacts.ts';
import { MeshExaminer } from './examiner.ts';
import { Introduction } from './introduction.ts';
import type { MeshComponents, MeshInit } from './mesh-init.ts';
import type { MeshParts } from './mesh-parts.ts';
import { NodeLife } from './node-life.ts';
import { NodeStatusReport } from './node-status.ts';
import { checkedProtocols, protocolsByName } from './protocols/checked.ts';
import type { MeshProtocol } from './protocols/contract.ts';
import { createProtocols } from './protocols/index.ts';
import { safetyWordsOf } from './safety-words/safety-words.ts';
import { TrustList } from './trust-list.ts';

export interface Mesh extends Startable {
  actions: AnyAction[];
  communities: CommunityDirectory;
  remote: RemoteBroadcasts;
  /** Those of this service; the node serves what `MeshComponents.protocols` gives. */
  protocols: readonly MeshProtocol[];
  examiner: Examiner;
  /** Our own id, while the node runs. */
  peerId(): string | undefined;
  /** Six words that both sides see; undefined while our node doesn't run. */
  safetyWords(peerId: string): Promise<string[] | undefined>;
  stats(): MeshStats;
}

/** For metrics. */
export interface MeshStats {
  /** Refused application streams of communities without our trust, since the process began. */
  streamsRefused: number;
  /** By protocol, since the node was started; empty while it doesn't run. */
  protocols: Readonly<Record<string, ProtocolStats>>;
}

/** The mesh service. Does nothing and loads nothing of libp2p until the node is started. */
export function createMesh(components: MeshComponents, init: MeshInit): Mesh {
  const parts = createParts(components, init, () => life);
  const life: NodeLife = new NodeLife(parts.shared, init);
  const status = new NodeStatusReport({ life, parts: parts.shared }, init);
  const introduction = new Introduction({ life, parts: parts.shared });
  const { intents, logger } = components;
  const { communities, trust } = parts.shared;
  const { remote } = parts.audio;
  return {
    name: 'mesh',
    async start(signal) {
      parts.shared.protocols();
      await trust.load();
      const [wanted] = await intents.list('node');
      if (!wanted && !init.autostart) return;
      try {
        await life.start(signal);
      } catch (error) {
        signal.throwIfAborted();
        // The rest of the hub is useful without the node; /doctor and /node start report the reason.
        logger.error({ err: error }, 'the node that should run could not be started');
      }
    },
    drain: (signal) => life.node?.drain(signal),
    stop: () => life.stop(),
    actions: meshActions({ life, status, introduction, intents, parts: parts.shared }),
    communities,
    remote,
    protocols: parts.own,
    examiner: new MeshExaminer({
      life,
      ask: (peerId, signal) => remote.list(peerId, signal),
      parts: parts.shared,
    }),
    peerId: () => life.node?.peerId,
    async safetyWords(peerId) {
      const own = life.node?.peerId;
      return own === undefined ? undefined : safetyWordsOf(own, peerId);
    },
    stats: () => ({ streamsRefused: parts.refusedCount(), protocols: life.node?.protocols.stats() ?? {} }),
  };
}

function createParts(components: MeshComponents, init: MeshInit, life: () => NodeLife) {
  let streamsRefused = 0;
  const { clock, chance } = components;
  const logger = components.logger.child({ area: 'mesh' });
  const trust = new TrustList(components.trust);
  const connections = new ConnectionTable();
  const contacts = new Contacts((peerId) => trust.has(peerId) || connections.connected(peerId));
  const communities = new Communities({ trust, contacts, connections });
  const listed = createProtocols({
    ...components,
    communities,
    logger,
    init,
    connect: (peerId, signal) => life().require().connect(peerId, signal),
  });
  const own = [...checkedProtocols(listed).values()];
  const { audit, tellManagers } = components;
  const changedKeys = new ChangedKeys({ trust, audit, tellManagers, clock, logger });
  const counters = {
    streamRefused: () => {
      streamsRefused += 1;
    },
  };
  const shared: MeshParts = {
    trust,
    contacts,
    connections,
    communities,
    changedKeys,
    protocols: () => protocolsByName(components.protocols?.() ?? own),
    counters,
    clock,
    chance,
    logger,
  };
  return { shared, own, audio: listed.audio, refusedCount: () => streamsRefused };
}
