import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { Recordings, type RecordingsComponents } from '#audio/record/recordings.ts';
import type { ActionSpec } from '#contracts/action.ts';
import type { Actor } from '#contracts/actor.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { Frame } from '#contracts/audio.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { TestBroadcasts } from '../../mesh/support/broadcasts.ts';
import { demux } from '../support/demux.ts';

export const guildId = '1101';
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

export interface RecordBench {
  recordings: Recordings;
  broadcasts: TestBroadcasts;
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
  const told: string[] = [];
  const recordings = new Recordings(
    {
      catalogue: broadcasts,
      sourcesOf: () => ['channel:4711', 'sample'],
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
  return { recordings, broadcasts, told, act };
}
