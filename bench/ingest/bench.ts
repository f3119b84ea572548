/** How long until a source's first frame, and how evenly its pages come; beside ffmpeg used the plain way. */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Feed } from '#audio/source/chain/feed.ts';
import { DecoderSlots } from '#audio/source/ffmpeg/decoder-slots.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { SourceOpener } from '#audio/source/source-opener.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import type { Benchmark } from '../run.ts';
import { beside } from './beside.ts';
import { percentile, runFfmpeg } from './measuring.ts';

const rounds = 9;
const pacedSeconds = 6;
const firstFrameGoalMs = 100;
/** Size of the picture before an MP3. */
const coverBytes = 12 * 1_048_576;

interface Row {
  source: string;
  mode: 'ours' | 'plain';
  firstFrameMs: number;
  firstFrameMaxMs: number;
  gapP50Ms?: number;
  gapP99Ms?: number;
}

const media: Record<string, string[]> = {
  'a.mp3': ['-c:a', 'libmp3lame', '-b:a', '128k'],
  'a.flac': ['-c:a', 'flac'],
  'a.ogg': ['-c:a', 'libvorbis'],
  'a.m4a': ['-c:a', 'aac', '-movflags', '+faststart'],
  'a.opus': ['-c:a', 'libopus'],
};

export const benchmark: Benchmark = {
  title: 'time to the first frame of each kind of source and the gaps between pages, beside plain ffmpeg',
  options: {
    against: 'another commit to run beside this one, in turn',
    pairs: 'how often each, with it (6)',
  },
  async run({ against, pairs = '6' }) {
    if (against !== undefined) return beside(against, pairsOf(pairs));
    const folder = await mkdtemp(join(tmpdir(), 'guildmesh-ingest-'));
    try {
      for (const [name, output] of Object.entries(media))
        await runFfmpeg([
          '-f',
          'lavfi',
          '-i',
          'sine=440:duration=30',
          '-ac',
          '2',
          ...output,
          join(folder, name),
        ]);
      const rows = await measure(folder);
      const linkerMs = median(await repeat(() => timed(() => runFfmpeg(['-version']))));
      const ratios = ratiosOf(rows);
      const report = { rows, ratios, linkerMs: round(linkerMs), firstFrameGoalMs };
      return { report, table: [...rows.map(lineOf), lineOfRest(ratios, linkerMs)].join('\n') };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

function pairsOf(given: string): number {
  const pairs = Number(given);
  if (Number.isInteger(pairs) && pairs > 0) return pairs;
  throw new Error('--pairs takes a number');
}

/** Ours and the peer's turn by turn, so that the machine's mood is the same for both. */
async function measure(folder: string): Promise<Row[]> {
  const opener = openerOf(folder);
  await opener.warm();
  const rows: Row[] = [];
  for (const name of Object.keys(media)) {
    const ours: number[] = [];
    const plain: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await opener.firstFrameMs(name));
      if (name !== 'a.opus') plain.push(await plainFirstPageMs(join(folder, name)));
    }
    rows.push(rowOf(name, 'ours', ours));
    if (plain.length > 0) rows.push(rowOf(name, 'plain', plain));
  }
  for (const givesParts of [true, false]) {
    const file = await coverOf(await readFile(join(folder, 'a.mp3')), givesParts);
    const times = await repeat(() => opener.firstFrameMs(file.url)).finally(file.close);
    rows.push(rowOf(`cover 12 MiB, ${givesParts ? '' : 'no '}range`, 'ours', times));
  }
  const radio = await radioOf(await readFile(join(folder, 'a.mp3')));
  try {
    const live = [await opener.gaps(radio.url), await plainGaps(radio.url)] as const;
    for (const [index, mode] of (['ours', 'plain'] as const).entries()) {
      const { firstMs, gaps } = live[index] as (typeof live)[0];
      const gapP50Ms = round(percentile(gaps, 0.5));
      rows.push({
        ...rowOf('radio at its pace', mode, [firstMs]),
        gapP50Ms,
        gapP99Ms: round(percentile(gaps, 0.99)),
      });
    }
  } finally {
    radio.close();
  }
  return rows;
}

function openerOf(libraryDir: string) {
  const clock = systemClock();
  const ffmpeg = new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath: process.env.PATH ?? '' });
  const decoders = new DecoderSlots({ clock }, { decodersMax: 4, decodersPerOwnerMax: 4 });
  const nobody = {
    list: () => [],
    find: () => undefined,
    successorOf: () => undefined,
    onConnected: () => () => {},
    onForgotten: () => () => {},
  };
  const none = async () => Promise.reject(new Error('no other community here'));
  const components = { clock, chance: systemChance(), logger: silentLogger(), ffmpeg, decoders };
  const sources = new SourceOpener(
    {
      ...components,
      communities: nobody,
      remote: { list: none, subscribe: none },
      ownPeerId: () => undefined,
      openLiveChannel: none,
      artifacts: () => ({
        get: none,
        open: async function* () {},
      }),
    },
    { libraryDir, bitrateKbps: 96, allowedPrivateHosts: ['127.0.0.1'], openTimeoutMs: 10_000 },
  );
  const feedOf = (name: string, onChange: () => void) =>
    new Feed(components, {
      name,
      open: (wanted, onEvent) =>
        sources.source({
          name: wanted,
          owner: 'bench',
          audience: 'neighbours',
          shuffle: false,
          loop: false,
          onEvent,
        }),
      ...{ loop: false, openTimeoutMs: 10_000, idleTimeoutMs: 10_000, onChange },
    });
  return {
    /** Which ffmpeg this is, is asked once in the life of a hub. */
    warm: () => ffmpeg.check(new AbortController().signal),
    async firstFrameMs(name: string): Promise<number> {
      const first = Promise.withResolvers<void>();
      const startedMs = performance.now();
      const feed = feedOf(name, () => feed.queue.length > 0 && first.resolve());
      feed.run();
      await first.promise;
      const tookMs = performance.now() - startedMs;
      feed.stop();
      return tookMs;
    },
    async gaps(name: string) {
      const startedMs = performance.now();
      const arrivals: number[] = [];
      const source = sources.source({
        ...{ name, owner: 'bench', audience: 'neighbours', shuffle: false, loop: false, onEvent: () => {} },
      });
      await source.start(new AbortController().signal);
      for await (const _ of source.frames()) {
        arrivals.push(performance.now());
        if (performance.now() - startedMs > pacedSeconds * 1_000) break;
      }
      return gapsOf(startedMs, arrivals);
    },
  };
}

/** One ffmpeg per guild as most bots start it: it opens the source itself and writes pages as it likes. */
function plainFfmpeg(input: string) {
  const output = [
    '-map',
    '0:a:0',
    '-ac',
    '2',
    '-ar',
    '48000',
    '-c:a',
    'libopus',
    '-b:a',
    '96k',
    '-f',
    'ogg',
    'pipe:1',
  ];
  return spawn('ffmpeg', ['-v', 'error', '-nostdin', '-i', input, ...output], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
}

async function plainFirstPageMs(input: string): Promise<number> {
  return (await plainArrivals(input, 1)).firstMs;
}

async function plainGaps(url: string) {
  return plainArrivals(url, Number.POSITIVE_INFINITY);
}

async function plainArrivals(input: string, pagesMax: number) {
  const startedMs = performance.now();
  const child = plainFfmpeg(input);
  const arrivals: number[] = [];
  let seen = Buffer.alloc(0);
  for await (const chunk of child.stdout) {
    seen = Buffer.concat([seen, chunk as Buffer]);
    const pages = seen.toString('latin1').split('OggS').length - 1;
    // Two pages of headers come first.
    if (pages > 2) arrivals.push(performance.now());
    if (arrivals.length >= pagesMax || performance.now() - startedMs > pacedSeconds * 1_000) break;
  }
  child.kill('SIGKILL');
  return gapsOf(startedMs, arrivals);
}

function gapsOf(startedMs: number, arrivals: readonly number[]) {
  const gaps = arrivals.slice(1).map((atMs, index) => atMs - (arrivals[index] ?? 0));
  return { firstMs: (arrivals[0] ?? Number.NaN) - startedMs, gaps };
}

/** An MP3 behind a large picture, from a server that gives parts of it, or the whole alone. */
async function coverOf(sound: Buffer, givesParts: boolean) {
  const digits = [21, 14, 7, 0].map((shift) => (coverBytes >> shift) & 127);
  const frame = Buffer.concat([Buffer.from('APIC'), Buffer.alloc(6), Buffer.from('\0image/png\0\x03\0')]);
  frame.writeUInt32BE(coverBytes - 10, 4);
  const cover = Buffer.alloc(coverBytes - frame.length, 7);
  const body = Buffer.concat([Buffer.from('ID3'), Buffer.from([3, 0, 0, ...digits]), frame, cover, sound]);
  return served((request, response) => {
    const from = givesParts ? Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0) : 0;
    response.writeHead(from > 0 ? 206 : 200, {
      'content-length': body.length - from,
      ...(givesParts ? { 'accept-ranges': 'bytes' } : {}),
      ...(from > 0 ? { 'content-range': `bytes ${from}-${body.length - 1}/${body.length}` } : {}),
    });
    response.end(body.subarray(from));
  });
}

/** Sends as fast as it plays, without the burst that hides what probing costs. */
async function radioOf(bytes: Buffer) {
  const bytesPerSlice = 128_000 / 8 / 50;
  return served((_, response) => {
    response.setHeader('icy-name', 'Bench FM');
    let at = 0;
    const timer = setInterval(() => {
      response.write(bytes.subarray(at, at + bytesPerSlice));
      at = (at + bytesPerSlice) % bytes.length;
    }, 20);
    response.on('error', () => {}).on('close', () => clearInterval(timer));
  });
}

async function served(answer: RequestListener) {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/live`, close };
}

function rowOf(source: string, mode: Row['mode'], times: readonly number[]): Row {
  return { source, mode, firstFrameMs: round(median(times)), firstFrameMaxMs: round(Math.max(...times)) };
}

/** How many times longer the plain way takes. */
function ratiosOf(rows: readonly Row[]): Record<string, number> {
  const plain = rows.filter(({ mode }) => mode === 'plain');
  return Object.fromEntries(
    plain.flatMap((row) => {
      const ours = rows.find(({ mode, source }) => mode === 'ours' && source === row.source);
      const first = ours ? [[`${row.source}: first frame`, round(row.firstFrameMs / ours.firstFrameMs)]] : [];
      const gap =
        ours?.gapP99Ms && row.gapP99Ms
          ? [[`${row.source}: p99 gap`, round(row.gapP99Ms / ours.gapP99Ms)]]
          : [];
      return [...first, ...gap];
    }),
  ) as Record<string, number>;
}

function lineOf({ firstFrameMaxMs, firstFrameMs, gapP50Ms, gapP99Ms, mode, source }: Row): string {
  const gaps = gapP99Ms === undefined ? '' : `  gaps p50 ${gapP50Ms} ms, p99 ${gapP99Ms} ms`;
  return `${source.padEnd(22)} ${mode.padEnd(6)} first frame ${String(firstFrameMs).padStart(7)} ms (max ${firstFrameMaxMs})${gaps}`;
}

function lineOfRest(ratios: Record<string, number>, linkerMs: number): string {
  const parts = Object.entries(ratios).map(([name, ratio]) => `${name} ${ratio}×`);
  return `plain over ours: ${parts.join(', ')}\nffmpeg -version, which only links: ${round(linkerMs)} ms`;
}

async function repeat(take: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < rounds; index++) times.push(await take());
  return times;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const fromMs = performance.now();
  await work();
  return performance.now() - fromMs;
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
