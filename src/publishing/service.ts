import type { ConnectPage } from '#contracts/connections.ts';
import { defineService, type ProcessRole } from '#contracts/service.ts';
import type { Secret } from '#core/secret.ts';
import type { PortsWithDatabase } from '#storage/storage-ports.ts';
import { createPublishing } from './publishing.ts';
import type { PublishingInit } from './publishing-components.ts';

interface PublishingConfig {
  stateDir: string;
  process: { roles: ProcessRole };
  vault: { key?: Secret | undefined; previousKey?: Secret | undefined };
  artifacts: PublishingInit['artifacts'];
  discord: PublishingInit['discord'];
  plugins: PublishingInit['plugins'];
  chains: PublishingInit['chains'];
  web: { listen?: string | undefined };
  playground: { tokensUrl?: string | undefined };
}

/** Publications, their delivery, artifacts, chains and alerts. */
export const publishingService = defineService<PublishingConfig, PortsWithDatabase>()({
  name: 'publishing',
  needs: [
    'database',
    'publishers',
    'roles',
    'standings',
    'announcer',
    'names',
    'cards',
    'threads',
    'tokenEnds',
    'environment',
    'scrubber',
    'wallTime',
    'clock',
    'chance',
    'logger',
  ],
  late: ['connectPage', 'plannedArtifacts'],
  offers: [
    'publications',
    'targets',
    'artifacts',
    'attachments',
    'connections',
    'chains',
    'newsHooks',
    'noticesChannels',
    'notify',
    'announceMissed',
    'panelChanges',
  ],
  roles: ['all', 'publisher'],
  create({ database: storage, ...ports }, config, late) {
    const { stateDir, artifacts: kept, discord, plugins, chains: news } = config;
    const plannedArtifacts = { includes: (cid: string) => late.plannedArtifacts().includes(cid) };
    const delivers = config.process.roles === 'publisher';
    const publishing = createPublishing(
      {
        ...ports,
        storage,
        plannedArtifacts,
        ...(config.web.listen && { connectPage: pageOf(late.connectPage) }),
      },
      {
        stateDir,
        artifacts: kept,
        discord,
        plugins,
        chains: news,
        tokensUrl: config.playground.tokensUrl,
        vault: { ...config.vault, opensOnly: delivers },
      },
    );
    const { publications, targets, artifacts, attachments, connections } = publishing;
    const { chains, newsHooks, noticesChannels } = publishing;
    return {
      ports: {
        publications,
        targets,
        artifacts,
        attachments,
        connections,
        chains,
        newsHooks,
        noticesChannels,
        notify: (guildId, text) => publishing.notify(guildId, text),
        announceMissed: (run) => publishing.missed(run),
        panelChanges: { onChange: (listener) => publishing.onChange(listener) },
      },
      parts: delivers ? publishing.workerParts : publishing.parts,
      actions: publishing.actions,
      examiner: publishing.examiner,
    };
  },
});

/** The page of another process has no address here. */
function pageOf(page: () => ConnectPage | undefined): ConnectPage {
  return {
    urlOf: (link) => page()?.urlOf(link) ?? '',
    redirectUrl: () => page()?.redirectUrl() ?? '',
    hookUrlOf: (chainId) => page()?.hookUrlOf?.(chainId) ?? '',
    isLocal: () => page()?.isLocal() ?? true,
  };
}
