/** CPU per packet and jitter of voice senders, on one machine in one run, against a voice server in another process. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkOptions } from '../run.ts';
import { type MeasureInit, measure, type Receiver, type Row, rounded, startReceiver } from './measure.ts';
import { makeMedia } from './media.ts';
import { installPeers } from './peers.ts';
import { type ModePlan, plans } from './plan.ts';
import { ratiosOf } from './ratios.ts';

export const benchmark: Benchmark = {
  title:
    'µs of CPU per packet and jitter: ours, the library, discord-player, DisTube, a typical bot, the limit',
  options: {
    modes:
      'only these, with commas: typical, discord-player, discord-player-shared, distube, shared-player, shared-player-key-objects, ours, limit',
    channels: 'only these numbers of channels, with commas',
    seconds: 'length of each window, instead of 6, and 18 where an ffmpeg runs for each guild',
    dave: 'only with (on) or only without (off) end-to-end encryption',
  },
  async run(options) {
    if (process.platform !== 'linux') throw new Error('this benchmark reads CPU times from Linux’s /proc');
    const chosen = choose(options);
    if (chosen.some(({ needsPeers }) => needsPeers)) installPeers();
    const directory = await mkdtemp(join(tmpdir(), 'guildmesh-bench-'));
    const receiver = await startReceiver(directory);
    try {
      const mediaPath = makeMedia(directory);
      const noiseFloorP99Ms = await noiseFloor(receiver, mediaPath);
      const rows = await measureAll(receiver, mediaPath, chosen, options);
      const report = { rows, ratios: ratiosOf(rows), noiseFloorP99Ms };
      return { report, table: tableOf(report) };
    } finally {
      await receiver.child.end();
      await rm(directory, { recursive: true, force: true });
    }
  },
};

function choose({ modes, channels, seconds }: BenchmarkOptions): ModePlan[] {
  const wanted = modes?.split(',').map((mode) => mode.trim());
  const counts = channels?.split(',').map(Number);
  return plans
    .filter(({ mode }) => !wanted || wanted.includes(mode))
    .map((plan) => ({
      ...plan,
      channels: counts ?? plan.channels,
      windowSeconds: seconds ? Number(seconds) : plan.windowSeconds,
    }));
}

async function measureAll(
  receiver: Receiver,
  mediaPath: string,
  chosen: ModePlan[],
  { dave }: BenchmarkOptions,
): Promise<Row[]> {
  const rows: Row[] = [];
  // What is compared runs one after the other: the machine's mood changes within minutes.
  for (const withDave of [true, false]) {
    if (dave !== undefined && (dave === 'on') !== withDave) continue;
    for (const plan of chosen) {
      const { channels, windowSeconds } = plan;
      const init: MeasureInit = {
        plan,
        dave: withDave,
        channels,
        windowSeconds,
        mediaPath,
        ffmpegPath: 'ffmpeg',
      };
      rows.push(...(await measure(receiver, init, (row) => process.stderr.write(`${lineOf(row)}\n`))));
    }
  }
  return rows;
}

/** One channel, sent by the barest sender: what is left is the machine's timers and its other work. */
async function noiseFloor(receiver: Receiver, mediaPath: string): Promise<number> {
  const plan = plans.find(({ mode }) => mode === 'limit');
  if (!plan) throw new Error('the limit is not planned');
  const init = { plan, dave: false, channels: [1], windowSeconds: 10, mediaPath, ffmpegPath: 'ffmpeg' };
  const [row] = await measure(receiver, init, () => {});
  return rounded(row?.p99JitterMs ?? Number.NaN);
}

function tableOf({
  rows,
  ratios,
  noiseFloorP99Ms,
}: {
  rows: Row[];
  ratios: object;
  noiseFloorP99Ms: number;
}) {
  const head = columns.map(([title, width]) => title.padStart(width)).join('');
  const summary = `ratios ${JSON.stringify(ratios)}\nnoise floor p99 ${noiseFloorP99Ms} ms`;
  return [head, ...rows.map(lineOf), summary].join('\n');
}

const columns = [
  ['mode', 28],
  ['dave', 6],
  ['channels', 9],
  ['µs/packet', 11],
  ['cores', 7],
  ['p50 ms', 8],
  ['p99 ms', 8],
  ['lost', 7],
  ['silent', 7],
  ['packets/s', 11],
  ['KiB/channel', 12],
  ['opened', 8],
] as const;

function lineOf(row: Row): string {
  const cells = [
    row.mode,
    row.dave ? 'on' : 'off',
    row.channels,
    row.cpuMicrosPerPacket,
    row.coreShare,
    row.p50JitterMs,
    row.p99JitterMs,
    row.lost,
    row.silentChannels,
    row.packetsPerSecondPerChannel,
    row.kibPerChannel ?? '',
    `${row.opened}/${row.opened + row.unopened}`,
  ];
  return cells.map((cell, index) => String(cell).padStart(columns[index]?.[1] ?? 10)).join('');
}
