import type { OwnBroadcastInfo } from '#contracts/audio.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { recordLimits } from './limits.ts';
import type { RecordingNotes } from './recording-notes.ts';

const idBytes = 6;

export interface NewRecording {
  broadcast: OwnBroadcastInfo;
  guildId: string;
  /** This community's own name. */
  community: string;
  wantedBy: string;
  /** Size of each part, as requested. */
  partMiB: number | undefined;
  /** A part must fit into the artifact store. */
  artifactBytesMax: number;
}

/** What is noted about a recording before its first frame. */
export function newNotes(
  { chance, clock }: { chance: Chance; clock: Clock },
  { artifactBytesMax, broadcast, community, guildId, partMiB, wantedBy }: NewRecording,
): RecordingNotes {
  const { partBytesDefault, partBytesMax } = recordLimits;
  const wantedBytes = partMiB === undefined ? partBytesDefault : partMiB * 1024 * 1024;
  return {
    id: Buffer.from(chance.bytes(idBytes)).toString('hex'),
    broadcastId: broadcast.id,
    title: broadcast.title,
    community,
    guildId,
    audience: broadcast.audience,
    liveChannelIds: [...broadcast.liveChannelIds],
    wantedBy,
    startedAtMs: clock.nowMs(),
    partBytesMax: Math.min(wantedBytes, partBytesMax, artifactBytesMax * 0.9),
    ended: false,
    parts: [],
  };
}
