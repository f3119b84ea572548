import { join } from 'node:path';
import { defineService } from '#contracts/service.ts';
import { Recordings } from './recordings.ts';

interface RecordingsConfig {
  stateDir: string;
  community: { name: string };
  artifacts: { artifactBytesMax: number };
}

/** Recordings of broadcasts; their parts become artifacts. */
export const recordingsService = defineService<RecordingsConfig>()({
  name: 'recordings',
  needs: ['guildBroadcasts', 'standings', 'announcer', 'artifacts', 'clock', 'chance', 'logger'],
  create({ guildBroadcasts, ...ports }, { stateDir, community, artifacts }) {
    const recordings = new Recordings(
      {
        ...ports,
        catalogueFor: (guildId) => guildBroadcasts.catalogueFor(guildId),
        onNarrowed: (listener) => guildBroadcasts.onNarrowed(listener),
      },
      {
        folder: join(stateDir, 'recordings'),
        community: community.name,
        artifactBytesMax: artifacts.artifactBytesMax,
      },
    );
    return { ports: {}, parts: [recordings], actions: recordings.actions };
  },
});
