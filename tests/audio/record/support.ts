import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { Recordings, type RecordingsComponents } from '#audio/record/recordings.ts';
import type { ActionSpec } from '#contracts/action.ts';
import type { Actor } from '#contracts/actor.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { Audience, BroadcastCatalogue, Frame, OwnBroadcastInfo } from '#contracts/audio.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { TestBroadcasts } from '../../mesh/support/broadcasts.ts';
import { homeEverywhere } from '../../support/standings.ts';
import { demux } from '../support/demux.ts';

export const guildId = '1';
const member: Actor = { kind: 'system', reason: 'test' };
const samplePath = new URL('../../../src/audio/sample/guildmesh-sample.opus', import.meta.url);

/** Ten seconds of music, as frames of a broadcast. */
export function musicFrames(): Frame[] {
  return demux(readFileSync(samplePath))
    .packets.slice(0, 500)
    .map((payload, sequence) => ({
      streamId: 1,
      sequence,
      captureTimeMs: 1_000_000 + sequence * 20,
      payload,
    }));
}

type Belongs = Pick<OwnBroadcastInfo, 'guildId' | 'audience' | 'sharedWith' | 'liveChannelIds'>;

export interface RecordBench {
  recordings: Recordings;
  broadcasts: TestBroadcasts;
  /** The part of all of them. */
  belongs: Belongs;
  narrow: (audience: Audience) => void;
  told: string[];
  act<Input extends z.ZodType, Output extends z.ZodType>(
    spec: ActionSpec<Input, Output>,
    input: z.input<Input>,
    actor?: Actor,
  ): Promise<z.output<Output>>;
}

export async function recordBench(
  folder: string,
  artifacts: Pick<ArtifactStore, 'put'>,
  more: Partial<RecordingsComponents> = {},
): Promise<RecordBench> {
  const broadcasts = new TestBroadcasts();
  broadcasts.add('radio', 'Radio: first song');
  const belongs: Belongs = { guildId, audience: 'neighbours', sharedWith: [], liveChannelIds: ['4711'] };
  const narrowed = new Set<(broadcastId: string) => void>();
  const told: string[] = [];
  const recordings = new Recordings(
    {
      catalogueFor: (asking) => catalogueOf(broadcasts, belongs, asking),
      onNarrowed: (listener) => {
        narrowed.add(listener);
        return () => narrowed.delete(listener);
      },
      standings: homeEverywhere,
      announcer: { announce: async (channelId, text) => void told.push(`${channelId} ${text}`) },
      artifacts,
      clock: systemClock(),
      chance: systemChance(),
      logger: silentLogger(),
      ...more,
    },
    { folder, community: 'North', artifactBytesMax: 10_000_000 },
  );
  await recordings.start();
  const act: RecordBench['act'] = async (spec, input, actor = member) => {
    const action = recordings.actions.find((candidate) => candidate.spec === spec);
    if (!action) throw new Error(`no action ${spec.name}`);
    const context = { actor, signal: new AbortController().signal };
    return spec.output.parse(await action.run(context, spec.input.parse(input)));
  };
  const narrow = (audience: Audience) => {
    belongs.audience = audience;
    for (const listener of narrowed) listener('radio');
  };
  return { recordings, broadcasts, belongs, narrow, told, act };
}

/** As a guild sees them: its own, and what other guilds offer. */
function catalogueOf(
  broadcasts: TestBroadcasts,
  belongs: Belongs,
  asking: string,
): BroadcastCatalogue<OwnBroadcastInfo> {
  const isFor = () => asking === belongs.guildId || belongs.audience !== 'server';
  return {
    list: () => (isFor() ? broadcasts.list().map((info) => ({ ...info, ...belongs })) : []),
    subscribe: (broadcastId, sink) => {
      if (!isFor()) throw new Error('unknown broadcast');
      return broadcasts.subscribe(broadcastId, sink);
    },
  };
}
