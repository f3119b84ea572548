import { expect, onTestFinished, test } from 'vitest';
import { chainAdd, chainShow } from '#contracts/actions/chains.ts';
import { recordingStart, recordingStop } from '#contracts/actions/recording.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { folderForTest } from '../../publishing/artifacts/support.ts';
import { guildId, publishingBench } from '../../publishing/support/publishing-bench.ts';
import { SpeakingTarget } from '../../publishing/support/speaking-target.ts';
import { musicFrames, recordBench } from './support.ts';

test('a recording that ends starts the chain that waits for it', async () => {
  const archive = new SpeakingTarget();
  const bench = await publishingBench({ publishers: [archive.speaker('archive')] });
  await bench.act(targetAdd, { guildId, name: 'archive', publisher: 'archive', policy: 'none' });
  const trigger = { kind: 'artifact', label: 'Radio*.opus' } as const;
  await bench.act(chainAdd, { guildId, name: 'shows', trigger, links: [{ targets: ['archive'] }] });

  const made = await recordBench(folderForTest(), bench.publishing.artifacts);
  const { recordings, belongs, broadcasts, act } = made;
  Object.assign(belongs, { guildId, liveChannelIds: [] });
  onTestFinished(() => recordings.stop());
  await act(recordingStart, { guildId, broadcast: 'radio' });
  for (const frame of musicFrames()) broadcasts.send('radio', frame);
  const { kept } = await act(recordingStop, { guildId, recording: 'radio' });
  await bench.clock.advance(60_000);
  const { runs } = await bench.act(chainShow, { guildId, chain: 'shows' });
  expect(runs).toHaveLength(1);
  expect(JSON.stringify(runs)).toContain(kept[0]?.label.slice(0, 5));
});
