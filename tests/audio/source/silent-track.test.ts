import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sourceLine } from '#commands/broadcast/view.ts';
import { broadcastList, broadcastStart, broadcastStop } from '#contracts/actions/broadcast.ts';
import { systemClock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { amplitudeOf, decoded } from '../capture/tones.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { audioUnderTest } from '../support/harness.ts';
import { httpStation } from '../support/http-station.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const never = new AbortController().signal;

/** A track of a film: a tone that begins after so many seconds, or none. */
interface Track {
  hertz?: number;
  fromSeconds?: number;
  mark?: string;
}

function film(path: string, seconds: number, tracks: readonly Track[], ...output: string[]): void {
  const inputs = tracks.flatMap(({ hertz = 0, fromSeconds = 0 }) => {
    const expression = hertz ? `0.3*sin(2*PI*${hertz}*t)*gte(t\\,${fromSeconds})` : '0';
    return ['-f', 'lavfi', '-i', `aevalsrc=${expression}:s=48000:d=${seconds}`];
  });
  const maps = tracks.flatMap(({ mark = '0' }, index) => [
    ...['-map', String(index), `-disposition:a:${index}`, mark],
  ]);
  ffmpeg(...inputs, ...maps, ...output, path);
}

/** The tones of 400 ms around a second of what is heard, and what is said of it. */
async function heard(
  name: string,
  init: { libraryDir?: string; host?: string; passingMs?: number },
  seconds: number,
) {
  // However busy the machine is: time passes only when the test says so.
  let nowMs = 0;
  const monotonicMs = () => {
    nowMs += init.passingMs ?? 0;
    return nowMs;
  };
  const { opener } = openerUnderTest(
    {
      ...(init.libraryDir ? { libraryDir: init.libraryDir } : {}),
      allowedPrivateHosts: init.host ? [init.host] : [],
    },
    { clock: { ...systemClock(), monotonicMs } },
  );
  const source = opener.source(sourceRequest(name));
  const facts = await source.start(never);
  const packets: Uint8Array[] = [];
  for await (const { payload } of source.frames()) packets.push(payload);
  const samples = await decoded(packets);
  const around = samples.subarray(48_000 * (seconds - 0.2), 48_000 * (seconds + 0.2));
  const tones = [500, 1_000, 1_500].filter((hertz) => amplitudeOf(around, hertz) > 1_000);
  return { tones, lengthS: Math.round(packets.length / 50), notice: facts.notice?.() };
}

const containers = [
  ['film.mkv', ['-c:a', 'aac']],
  ['film.webm', ['-c:a', 'libopus', '-f', 'webm']],
  ['film.mp4', ['-c:a', 'aac', '-movflags', 'faststart']],
  ['index-at-the-end.mp4', ['-c:a', 'aac']],
] as const;
const passed = containers[1];

describe.skipIf(ffmpegMissing)('where the default track is silent', () => {
  const folder = temporaryFolder();
  afterAll(() => folder[Symbol.dispose]());
  const at = (name: string) => join(folder.path, name);
  const silentDefault: Track[] = [{ hertz: 500 }, { mark: 'default' }];

  test.each(containers)(
    'the track with sound is heard from its start, and it is said: %s',
    async (name, output) => {
      film(at(name), 12, silentDefault, ...output);
      const { notice, ...sound } = await heard(name, { libraryDir: folder.path }, 1);
      expect(sound).toEqual({ tones: [500], lengthS: 12 });
      expect(notice).toMatchObject({
        code: 'AUDIO_TRACK_SILENT',
        message: `Audio track 2 of “${name}”, which players choose by themselves, is silent: track 1 is heard.`,
      });
    },
  );

  test('a short one, one by http, and one in a folder are no other', async () => {
    for (const [name, output] of containers) {
      film(at(name), 3, silentDefault, ...output);
      expect(await heard(name, { libraryDir: folder.path }, 1), name).toMatchObject({
        tones: [500],
        lengthS: 3,
      });
    }
    const bytes = readFileSync(at(passed[0]));
    for (const headers of [{ 'content-length': bytes.length }, {}]) {
      await using server = await httpStation((_, response) => {
        response.writeHead(200, { 'content-type': 'video/webm', ...headers });
        response.write(bytes.subarray(0, 100));
        response.end(bytes.subarray(100));
      });
      const { tones } = await heard(`${server.url}/film.webm`, { host: server.host }, 1);
      expect(tones).toEqual([500]);
    }
    mkdirSync(at('items'));
    renameSync(at(passed[0]), at(`items/${passed[0]}`));
    const inFolder = await heard('items/', { libraryDir: folder.path }, 1);
    expect(inFolder.tones).toEqual([500]);
  });

  const others: [string, readonly Track[], number, number, number[]][] = [
    [
      'a commentary is no reason to leave it',
      [{ hertz: 500, mark: 'comment' }, { mark: 'default' }],
      11,
      1,
      [],
    ],
    ['others that are silent, too, leave it as it is', [{}, { mark: 'default' }, {}], 11, 1, []],
    [
      'the first of the others that has sound is heard',
      [{}, { mark: 'default' }, { hertz: 1_000 }],
      11,
      1,
      [1_000],
    ],
    [
      'one that only begins late is waited for',
      [{ hertz: 500 }, { hertz: 1_000, fromSeconds: 6, mark: 'default' }],
      ...([8, 7, [1_000]] as const),
    ],
    [
      'where all begin late, the other is heard when it does',
      [{ hertz: 500, fromSeconds: 30 }, { mark: 'default' }],
      62,
      45,
      [500],
    ],
  ].map((row) => row as [string, readonly Track[], number, number, number[]]);
  test.each(others)('%s', async (_, tracks, seconds, look, tones) => {
    for (const [name, output] of [
      ['film.mka', ['-c:a', 'aac', '-f', 'matroska']],
      ['film.opus.mka', ['-c:a', 'libopus', '-f', 'matroska']],
    ] as const) {
      film(at(name), seconds, tracks, ...output);
      const sound = await heard(name, { libraryDir: folder.path }, look);
      expect(sound, name).toMatchObject({ tones, lengthS: seconds });
      const isOther = tones.length > 0 && !tracks.some(({ hertz, mark }) => mark && hertz === tones[0]);
      expect(sound.notice?.code, name).toBe(isOther ? 'AUDIO_TRACK_SILENT' : undefined);
    }
  });

  test('where it takes long to find out, silence is heard meanwhile, and then the other from there on', async () => {
    film(at('film.mkv'), 12, silentDefault, '-c:a', 'aac');
    const slow = { libraryDir: folder.path, passingMs: 100 };
    expect(await heard('film.mkv', slow, 9)).toMatchObject({ tones: [], lengthS: 12 });
    expect(await heard('film.mkv', slow, 11)).toMatchObject({ tones: [500], lengthS: 12 });
  });

  test('/broadcast list says it with what to do, which can be typed', async () => {
    film(at('film.mkv'), 30, silentDefault, '-c:a', 'aac');
    const { run } = audioUnderTest({}, { libraryDir: folder.path });
    const { id } = await run(broadcastStart, { guildId: '1', source: 'film.mkv' });
    const [entry] = (await run(broadcastList, { guildId: '1' })).own[0]?.sources ?? [];
    if (!entry) throw new Error('no source');
    expect(entry).toMatchObject({ state: 'flowing', problem: { code: 'AUDIO_TRACK_SILENT' } });
    expect(sourceLine(entry).replaceAll('\\', '')).toMatch(/^▶️ `film.mkv` · Audio track 2 .* out\.mkv\.$/);
    await run(broadcastStop, { guildId: '1', broadcast: id });

    const { next = '' } = entry.problem ?? ({} as Partial<GuildmeshError>);
    const command = /ffmpeg (.*)\.$/.exec(next)?.[1]?.split(' ') ?? [];
    renameSync(at('film.mkv'), at('in.mkv'));
    execFileSync('ffmpeg', ['-v', 'error', '-y', ...command], { cwd: folder.path, stdio: 'ignore' });
    const mended = await heard('out.mkv', { libraryDir: folder.path }, 1);
    expect(mended).toEqual({ tones: [500], lengthS: 30, notice: undefined });
  });
});
