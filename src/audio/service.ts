import { join } from 'node:path';
import { defineService } from '#contracts/service.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import { type AudioInit, createAudio } from './audio.ts';
import type { AudioPorts } from './audio-ports.ts';
import { createConsentStore } from './tables/consent-store.ts';
import { createPlayerStore } from './tables/player-store.ts';
import type { Schema } from './tables/schema.ts';
import { createUploadStore } from './tables/upload-store.ts';

interface AudioConfig {
  audio: Omit<AudioInit, 'searchPath' | 'lookup' | 'cacheFolder' | 'stateDir' | 'uploadBytesMax'>;
  player: { uploadBytesMax: number };
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
    'roles',
    'cache',
    'clock',
    'chance',
    'logger',
  ],
  late: ['perform', 'artifacts', 'attachments'],
  offers: ['offeredTo', 'guildBroadcasts', 'peersHearing', 'playerChanges'],
  create(
    { cache: keyValues, channelStatus: board, database, ...ports },
    { audio: options, player, searchPath, stateDir },
    late,
  ) {
    const db = tablesOf<Schema>(database.db);
    const audio = createAudio(
      {
        ...ports,
        board,
        keyValues,
        notices: ports.announcer,
        settings: ports.guildSettings,
        consents: createConsentStore(db),
        playerStore: createPlayerStore(db),
        uploadStore: createUploadStore(db),
        attachments: () => late.attachments(),
        artifacts: () => late.artifacts(),
        perform: (spec, actor, input, performOptions) => late.perform()(spec, actor, input, performOptions),
      },
      {
        ...{ ...options, ...player, searchPath, stateDir },
        cacheFolder: join(stateDir, 'decoded'),
      },
    );
    return {
      ports: {
        offeredTo: audio.offeredTo,
        guildBroadcasts: audio,
        peersHearing: audio.peersHearing,
        playerChanges: audio.playerChanges,
      },
      parts: [audio],
      actions: audio.actions,
      examiner: audio.examiner,
    };
  },
});
