/** A real Icecast, relayed while its sources restart, its tracks change and its titles are updated. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { broadcastList, broadcastStart } from '#contracts/actions/broadcast.ts';
import type { Frame, FrameSink } from '#contracts/audio.ts';
import { tone } from '../../audio/support/ffmpeg.ts';
import { audioUnderTest, type Run } from '../../audio/support/harness.ts';
import { type Icecast, startIcecast } from '../../audio/support/icecast.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

export interface BroadcastReport {
  source: string;
  restarts: number;
  titlesSet: number;
  titlesSeen: number;
  frames: number;
  /** Share of the frames that the time would hold. */
  framesPercent: number;
  longestGapMs: number;
  streamIds: number;
  ends: number;
  aliveAtEnd: boolean;
}

export interface IcecastReport {
  minutes: number;
  broadcasts: BroadcastReport[];
  ok: boolean;
}

const roundMs = 15_000;
const downMs = 1_000;
/** A restart keeps a mount away for a second; reconnecting backs off up to a few seconds more. */
const gapMsMax = 8_000;
const percentMin = 80;

const opus = ['-c:a', 'libopus', '-frame_duration', '20', '-page_duration', '100000', '-f', 'ogg'];
const mp3 = ['-c:a', 'libmp3lame', '-b:a', '128k', '-f', 'mp3'];

export async function runIcecastFaults({ minutes }: { minutes: number }): Promise<IcecastReport> {
  using folder = temporaryFolder();
  await using icecast = await startIcecast();
  icecast.sendChain('chain.opus', 'audio/ogg', linksIn(folder.path));
  const mounts = { 'live.mp3': ['audio/mpeg', mp3], 'live.opus': ['audio/ogg', opus] } as const;
  const senders = new Map(
    Object.entries(mounts).map(([mount, [type, output]]) => [mount, icecast.send(mount, type, [...output])]),
  );
  const { audio, run } = audioUnderTest({}, { allowedPrivateHosts: [icecast.host] });
  const watches: Watch[] = [];
  try {
    for (const mount of ['live.mp3', 'live.opus', 'chain.opus'])
      watches.push(
        await watch(run, icecast, mount, (id, sink) => audio.offeredTo('friend').subscribe(id, sink)),
      );
    const endMs = performance.now() + minutes * 60_000;
    for (let round = 0; performance.now() + downMs < endMs; round++) {
      const [mount, [type, output]] = Object.entries(mounts)[round % 2] as [
        string,
        (typeof mounts)['live.mp3'],
      ];
      const title = `Titel ${round} – Ærø`;
      await icecast.retitle('live.mp3', title);
      watches[0]?.set.add(title);
      await pause(Math.min(roundMs / 2, endMs - performance.now()));
      await senders.get(mount)?.stop();
      await pause(downMs);
      senders.set(mount, icecast.send(mount, type, [...output]));
      const watched = watches.find(({ source }) => source.endsWith(mount));
      if (watched) watched.restarts++;
      await pause(Math.min(roundMs / 2, endMs - performance.now()));
    }
    await pause(gapMsMax);
    const { own } = await run(broadcastList, { guildId: '1' });
    const broadcasts = watches.map((each) =>
      each.report(own.some(({ id, state }) => id === each.id && state === 'live')),
    );
    return { minutes, broadcasts, ok: broadcasts.every(isWell) };
  } finally {
    for (const each of watches) each.close();
    await audio.stop?.();
  }
}

function isWell({
  aliveAtEnd,
  ends,
  framesPercent,
  longestGapMs,
  streamIds,
  titlesSeen,
  titlesSet,
}: BroadcastReport) {
  const titled = titlesSet === 0 || titlesSeen >= titlesSet - 1;
  return (
    aliveAtEnd &&
    ends === 0 &&
    streamIds === 1 &&
    titled &&
    longestGapMs <= gapMsMax &&
    framesPercent >= percentMin
  );
}

class Watch implements FrameSink {
  restarts = 0;
  readonly source: string;
  readonly id: string;
  readonly set = new Set<string>();
  readonly #seen = new Set<string>();
  readonly #streamIds = new Set<number>();
  readonly #startedMs = performance.now();
  readonly #looking: NodeJS.Timeout;
  #frames = 0;
  #ends = 0;
  #lastMs = performance.now();
  #longestGapMs = 0;

  constructor(id: string, source: string, title: () => Promise<string>) {
    this.id = id;
    this.source = source;
    this.#looking = setInterval(async () => {
      const shown = await title();
      for (const wanted of this.set) if (shown.includes(wanted)) this.#seen.add(wanted);
    }, 500);
  }

  frame({ streamId }: Frame): void {
    const nowMs = performance.now();
    this.#longestGapMs = Math.max(this.#longestGapMs, nowMs - this.#lastMs);
    this.#lastMs = nowMs;
    this.#frames++;
    this.#streamIds.add(streamId);
  }

  end(): void {
    this.#ends++;
  }

  close(): void {
    clearInterval(this.#looking);
  }

  report(aliveAtEnd: boolean): BroadcastReport {
    const expected = (performance.now() - this.#startedMs) / 20;
    return {
      ...{
        source: this.source,
        restarts: this.restarts,
        titlesSet: this.set.size,
        titlesSeen: this.#seen.size,
      },
      ...{ frames: this.#frames, framesPercent: Math.round((this.#frames / expected) * 100) },
      ...{ longestGapMs: Math.round(this.#longestGapMs), streamIds: this.#streamIds.size },
      ...{ ends: this.#ends, aliveAtEnd },
    };
  }
}

async function watch(
  run: Run,
  icecast: Icecast,
  mount: string,
  subscribe: (id: string, sink: FrameSink) => unknown,
): Promise<Watch> {
  const source = `${icecast.url}/${mount}`;
  const { id } = await started(run, source);
  const titleNow = async () =>
    (await run(broadcastList, { guildId: '1' })).own.find((each) => each.id === id)?.title ?? '';
  const watching = new Watch(id, source, titleNow);
  if (mount === 'chain.opus') for (const title of chainTitles) watching.set.add(title);
  subscribe(id, watching);
  return watching;
}

/** A mount is there a moment after its source began to send. */
async function started(run: Run, source: string) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await run(broadcastStart, { guildId: '1', source });
    } catch (error) {
      if (attempt === 20) throw error;
      await pause(250);
    }
  }
}

const chainTitles = ['First link', 'Second link', 'Third link'];
const linkSeconds = 12;

function linksIn(folder: string): { bytes: Buffer; seconds: number }[] {
  return chainTitles.map((title, index) => {
    const path = join(folder, `${index}.opus`);
    tone(linkSeconds, path, '-c:a', 'libopus', '-page_duration', '100000', '-metadata', `title=${title}`);
    return { bytes: readFileSync(path), seconds: linkSeconds };
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
