/** Whether the voice engine grows: memory and descriptors of one process that plays into many channels for long. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark } from '../run.ts';
import { joinChannels, pause, rounded, startReceiver, startSender } from '../voice/measure.ts';
import { makeMedia } from '../voice/media.ts';
import { plans } from '../voice/plan.ts';
import { descriptorCount, processBytes } from '../voice/process-tree.ts';

const minutesDefault = 30;
const channelsDefault = 50;
const sampleEveryMs = 5_000;
/** Code is still being compiled, and the heap has not found its size: the first of these counts as warming up. */
const warmUpShare = 0.25;
const warmUpMinutesMax = 10;

interface Sample {
  minutes: number;
  rssMiB: number;
  descriptors: number;
}

export const benchmark: Benchmark = {
  title: 'growth of resident memory and descriptors while playing, end-to-end encrypted, for long',
  options: {
    minutes: `how long (${minutesDefault})`,
    channels: `into how many channels (${channelsDefault})`,
  },
  async run(options) {
    const minutes = Number(options.minutes ?? minutesDefault);
    const channels = Number(options.channels ?? channelsDefault);
    const samples = await soak(minutes, channels);
    const warmUpMinutes = Math.min(warmUpMinutesMax, minutes * warmUpShare);
    const warm = samples.filter((sample) => sample.minutes >= warmUpMinutes);
    const descriptors = warm.map((sample) => sample.descriptors);
    const report = {
      ...{ minutes, channels, warmUpMinutes },
      rssMiB: rounded(warm.at(-1)?.rssMiB ?? Number.NaN),
      rssSlopeMiBPerHour: rounded(slopePerHour(warm)),
      descriptors: { least: Math.min(...descriptors), most: Math.max(...descriptors) },
      samples,
    };
    const { rssSlopeMiBPerHour, rssMiB } = report;
    const table = [
      `${channels} channels for ${minutes} minutes: ${rssMiB} MiB at the end`,
      `${rssSlopeMiBPerHour} MiB/h after ${warmUpMinutes} minutes, limit 2`,
      `descriptors ${report.descriptors.least} to ${report.descriptors.most}`,
    ].join('\n');
    return { report, table };
  },
};

async function soak(minutes: number, channels: number): Promise<Sample[]> {
  const plan = plans.find(({ mode }) => mode === 'ours');
  if (!plan) throw new Error('ours is not planned');
  const collecting = ['--expose-gc', `--import=${new URL('./collect.ts', import.meta.url).href}`];
  const directory = await mkdtemp(join(tmpdir(), 'guildmesh-bench-'));
  const receiver = await startReceiver(directory);
  const sender = startSender(receiver, {
    plan: { ...plan, nodeOptions: [...(plan.nodeOptions ?? []), ...collecting] },
    dave: true,
    mediaPath: makeMedia(directory),
    ffmpegPath: 'ffmpeg',
  });
  try {
    await joinChannels(sender, channels);
    const samples: Sample[] = [];
    const startedAtMs = performance.now();
    for (let elapsed = 0; elapsed < minutes; elapsed = (performance.now() - startedAtMs) / 60_000) {
      const rssMiB = rounded(processBytes(sender.pid) / 2 ** 20);
      if (rssMiB === 0) throw new Error(`the sender ended after ${rounded(elapsed)} minutes`);
      samples.push({ minutes: rounded(elapsed), rssMiB, descriptors: descriptorCount(sender.pid) });
      await pause(sampleEveryMs);
    }
    return samples;
  } finally {
    await sender.end();
    await receiver.child.end();
    await rm(directory, { recursive: true, force: true });
  }
}

/** Least squares: one sample taken before or after a garbage collection must not decide. */
function slopePerHour(samples: Sample[]): number {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const meanMinutes = mean(samples.map(({ minutes }) => minutes));
  const meanMiB = mean(samples.map(({ rssMiB }) => rssMiB));
  let covariance = 0;
  let variance = 0;
  for (const { minutes, rssMiB } of samples) {
    covariance += (minutes - meanMinutes) * (rssMiB - meanMiB);
    variance += (minutes - meanMinutes) ** 2;
  }
  return (covariance / variance) * 60;
}
