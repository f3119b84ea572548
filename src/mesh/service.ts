import { join } from 'node:path';
import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import { createMesh } from './mesh.ts';
import type { MeshInit } from './mesh-init.ts';
import { createTrustStore } from './tables/trust-store.ts';

interface MeshConfig {
  mesh: Omit<MeshInit, 'communityName' | 'version' | 'keyPath'>;
  community: { name: string };
  stateDir: string;
  version: string;
}

/** The libp2p node, trust, and the protocols between communities. */
export const meshService = defineService<MeshConfig, PortsWithDatabase>()({
  name: 'mesh',
  needs: ['database', 'intents', 'audit', 'standings', 'clock', 'chance', 'logger'],
  late: ['offeredTo', 'notify', 'protocols'],
  offers: ['communities', 'remote', 'ownPeerId', 'safetyWords'],
  create({ database, standings, ...ports }, config, late) {
    const mesh = createMesh(
      {
        ...ports,
        trust: createTrustStore(tablesOf(database.db)),
        offeredTo: (peerId) => late.offeredTo()(peerId),
        protocols: () => late.protocols(),
        tellManagers: async (text) => {
          await Promise.all(standings.homeGuildIds().map((guildId) => late.notify()(guildId, text)));
        },
      },
      {
        ...config.mesh,
        communityName: config.community.name,
        version: config.version,
        keyPath: join(config.stateDir, 'node.key'),
      },
    );
    return {
      ports: {
        communities: mesh.communities,
        remote: mesh.remote,
        ownPeerId: () => mesh.peerId(),
        safetyWords: (peerId) => mesh.safetyWords(peerId),
      },
      parts: [mesh],
      protocols: mesh.protocols,
      actions: mesh.actions,
      examiner: mesh.examiner,
    };
  },
});
