import { join } from 'node:path';
import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import { type AudioInit, createAudio } from './audio.ts';
import type { AudioPorts } from './audio-ports.ts';
import { createConsentStore } from './tables/consent-store.ts';

interface AudioConfig {
  audio: Omit<AudioInit, 'searchPath' | 'lookup' | 'cacheFolder'>;
  stateDir: string;
  searchPath: string | undefined;
}

/** Sources, broadcasts and relays. */
export const audioService = defineService<AudioConfig, AudioPorts>()({
  name: 'audio',
  needs: [
    'voice',
    'remote',
    'communities',
    'guilds',
    'standings',
    'stage',
    'announcer',
    'ownPeerId',
    'safetyWords',
    'intents',
    'presence',
    'channelStatus',
    'audit',
    'database',
    'people',
    'guildSettings',
    'clock',
    'chance',
    'logger',
  ],
  late: ['perform', 'artifacts'],
  offers: ['offeredTo', 'guildBroadcasts', 'playerChanges'],
  create({ database, channelStatus: board, ...ports }, { audio: options, searchPath, stateDir }, late) {
    const consents = createConsentStore(tablesOf(database.db));
    const audio = createAudio(
      {
        ...{ ...ports, board, consents, notices: ports.announcer },
        settings: ports.guildSettings,
        artifacts: () => late.artifacts(),
        perform: (spec, actor, input, performOptions) => late.perform()(spec, actor, input, performOptions),
      },
      { ...options, searchPath, cacheFolder: join(stateDir, 'decoded') },
    );
    return {
      ports: {
        offeredTo: audio.offeredTo,
        guildBroadcasts: audio,
        playerChanges: audio.playerChanges,
      },
      parts: [audio],
      actions: audio.actions,
      examiner: audio.examiner,
    };
  },
});
