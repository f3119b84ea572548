/** What people, stations and files may try. Loops of playlists are in hls/hls.test.ts, damaged media in mutated-media.test.ts. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { FlowFloor } from '#audio/source/chain/flow-floor.ts';
import { DecoderSlots } from '#audio/source/ffmpeg/decoder-slots.ts';
import { endOrphans, ownerVariable, ownMark } from '#audio/source/ffmpeg/orphans.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { weaknessesOf } from '#audio/source/ffmpeg/version.ts';
import { broadcastStart } from '#contracts/actions/broadcast.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegChildren, ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { audioUnderTest, RecordingSink, until } from '../support/harness.ts';
import { httpStation } from '../support/http-station.ts';
import { oggLink, opusPacket } from '../support/ogg-pages.ts';
import { openerUnderTest, sourceRequest } from '../support/sources.ts';

const run = promisify(execFile);
const never = new AbortController().signal;
const started: Audio[] = [];

function underTest(...args: Parameters<typeof audioUnderTest>) {
  const result = audioUnderTest(...args);
  started.push(result.audio);
  return result;
}

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

describe('A1: what is typed', () => {
  test('reaches no protocol but http and https, and no option of ffmpeg', async () => {
    const { run: perform } = underTest();
    const schemes =
      'file:///etc/passwd concat:a|b subfile,,start,0,end,9,,:a data:audio/ogg;base64,AA pipe:0 ftp://h/a';
    const more =
      'rtmp://h/a tcp://127.0.0.1:1 udp://h gopher://h crypto:a async:file:a cache:file:a unix:/x srt://h';
    for (const source of [...schemes.split(' '), ...more.split(' '), '-i', '--help', '-', '|cat /etc/passwd'])
      expect(await rejection(perform(broadcastStart, { guildId: '1', source })), source).toMatchObject({
        code: expect.stringMatching(/^AUDIO_(SCHEME_REFUSED|SOURCE_UNKNOWN)$/),
      });
    expect(ffmpegChildren()).toEqual([]);
  });

  test('in a playlist is no better', async () => {
    using folder = temporaryFolder();
    for (const line of [
      'file:///etc/passwd',
      '../../../etc/passwd',
      '/etc/passwd',
      'concat:a|b',
      'self.m3u',
      'tone',
    ]) {
      writeFileSync(join(folder.path, 'self.m3u'), `${line}\n`);
      const { opener } = openerUnderTest({ libraryDir: folder.path });
      const source = opener.source(sourceRequest('self.m3u', { loop: true }));
      const reading = (async () => {
        await source.start(never);
        for await (const _ of source.frames()) return 'played';
        return 'nothing';
      })();
      expect(await rejection(reading), line).toMatchObject({ code: expect.stringMatching(/^AUDIO_/) });
    }
  });
});

describe('A8: weak decoders', () => {
  test('known weaknesses are named by version', () => {
    const both = ['CVE-2026-8461', 'CVE-2026-107697'];
    for (const version of ['5.1.9-0+deb12u1', 'n4.4', '6.1.5', '7.0.9', '8.0', '8.1.1'])
      expect(weaknessesOf(version), version).toEqual(both);
    for (const version of ['5.1.10', '6.1.6', '7.1.5-1ubuntu', '8.1.2'])
      expect(weaknessesOf(version), version).toEqual(['CVE-2026-107697']);
    for (const version of ['8.1.3', '8.2', '9.0.1']) expect(weaknessesOf(version), version).toEqual([]);
    expect(weaknessesOf('N-47683-g0e8eb07980')).toBeUndefined();
  });

  test.skipIf(ffmpegMissing)(
    'a video decoder is not opened, and the sound beside the picture plays',
    async () => {
      using folder = temporaryFolder();
      const picture = ['-f', 'lavfi', '-i', 'testsrc=duration=2:size=64x64:rate=5'];
      const sound = ['-f', 'lavfi', '-i', 'sine=440:duration=2', '-c:a', 'flac'];
      ffmpeg(...picture, ...sound, '-c:v', 'magicyuv', '-pix_fmt', 'gbrp', join(folder.path, 'a.mkv'));
      const { opener } = openerUnderTest({ libraryDir: folder.path });
      const source = opener.source(sourceRequest('a.mkv'));
      await source.start(never);
      let count = 0;
      for await (const _ of source.frames()) count++;
      expect(count).toBeGreaterThan(90);
      // What ffmpeg said of the picture: its decoder was refused, not merely not wanted.
      ffmpeg(...picture, '-c:v', 'magicyuv', '-pix_fmt', 'gbrp', join(folder.path, 'v.mkv'));
      const silent = opener.source(sourceRequest('v.mkv'));
      await silent.start(never);
      expect(await rejection(silent.frames().next())).toMatchObject({
        code: 'AUDIO_NOT_AUDIO',
        cause: { message: expect.stringMatching(/magicyuv.*not on whitelist/) },
      });
    },
  );
});

describe('A9: bombs', () => {
  test.skipIf(ffmpegMissing)(
    'minutes of silence in a few kilobytes are decoded only as fast as they are heard',
    async () => {
      using folder = temporaryFolder();
      const path = join(folder.path, 'bomb.flac');
      ffmpeg(
        '-f',
        'lavfi',
        '-i',
        'anullsrc=r=48000:cl=stereo',
        '-t',
        '600',
        '-c:a',
        'flac',
        '-compression_level',
        '0',
        path,
      );
      const { run: perform, audio } = underTest({}, { libraryDir: folder.path });
      const { id } = await perform(broadcastStart, { guildId: '1', source: 'bomb.flac' });
      const sink = new RecordingSink();
      audio.offeredTo('friend').subscribe(id, sink);
      await until(() => sink.frames.length > 100);
      const pid = Number.parseInt(ffmpegChildren()[0] ?? '', 10);
      const ticks = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
      // The limit is 600 s, at 100 ticks a second. Two seconds were heard.
      expect(Number(ticks[11]) + Number(ticks[12])).toBeLessThan(200);
    },
  );

  test('a body that is packed is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(32 * 1_048_576));
    await using station = await httpStation((_, response) => {
      response.setHeader('content-encoding', 'gzip').end(bomb);
    });
    const { opener } = openerUnderTest({ allowedPrivateHosts: [station.host] });
    const source = opener.source(sourceRequest(`${station.url}/a.mp3`));
    const before = process.memoryUsage().rss;
    const reading = source.start(never).then(() => source.frames().next());
    expect(await rejection(reading)).toMatchObject({ code: 'AUDIO_NOT_AUDIO' });
    expect(process.memoryUsage().rss - before).toBeLessThan(32 * 1_048_576);
  });
});

describe('A10: streams that trickle', () => {
  test('below half of real time is a loss, however regular; being held back is none', async () => {
    const clock = new FakeClock();
    const slow = new FlowFloor(clock);
    let percent: number | undefined;
    for (let frame = 0; frame < 60 && percent === undefined; frame++) {
      await clock.advance(500);
      percent = slow.frame();
    }
    expect(percent).toBe(4);
    expect(clock.monotonicMs()).toBeLessThanOrEqual(20_500);
    const held = new FlowFloor(clock);
    for (let frame = 0; frame < 200; frame++) {
      await clock.advance(500);
      held.held(490);
      expect(held.frame()).toBeUndefined();
    }
  });

  test('whose bytes never become sound end within the time for the first', async () => {
    await using station = await httpStation((_, response) => {
      const packets = oggLink(1, [opusPacket(1)]);
      let at = 0;
      const timer = setInterval(() => response.write(packets.subarray(at, ++at)), 20);
      response.on('close', () => clearInterval(timer));
    });
    const { run: perform } = underTest({}, { allowedPrivateHosts: [station.host], sourceOpenTimeoutMs: 700 });
    expect(
      await rejection(perform(broadcastStart, { guildId: '1', source: `${station.url}/drip` })),
    ).toMatchObject({
      code: 'AUDIO_SOURCE_TIMEOUT',
    });
  });
});

describe.skipIf(process.platform !== 'linux')('A12: the jail', () => {
  test('has no network but a loopback that is down, writes no file, holds its memory, dies with us', async () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o777);
    // Without bubblewrap: behind it there is no file to look into, and none to write.
    for (const tool of ['unshare', 'prlimit', 'setpriv', 'sh', 'true'])
      symlinkSync(execFileSync('which', [tool], { encoding: 'utf8' }).trim(), join(folder.path, tool));
    const script = join(folder.path, 'ffmpeg');
    const body = `case "$*" in *-encoders*) echo "ffmpeg version 0" >&2; echo libopus; exit;; esac
PATH=/usr/bin:/bin
tail -n +3 /proc/net/dev | cut -d: -f1; ulimit -v; ulimit -n; cat /proc/self/status | grep -E "NoNewPrivs|CapBnd"
: > ${folder.path}/empty; (echo x > ${folder.path}/written) 2>/dev/null; wc -c < ${folder.path}/written`;
    writeFileSync(script, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    const program = new FfmpegProgram({ ffmpegPath: script, searchPath: folder.path });
    const { jail } = await program.check(never);
    const command = await program.commandLine([], never);
    const { stdout } = await run(command.program, command.args, { env: command.environment });
    if (jail.noNetwork) expect(stdout.split('\n')[0]?.trim()).toBe('lo');
    if (jail.limited) expect(stdout).toMatch(/^524288$/m);
    if (jail.limited) expect(stdout.trim()).toMatch(/\n0$/);
    if (jail.diesWithUs) expect(stdout).toMatch(/NoNewPrivs:\s+1/);
    expect(command.environment[ownerVariable]).toBe(await ownMark());
  });

  test('is left out where no tool is there, and ffmpeg runs all the same', async () => {
    using folder = temporaryFolder();
    const script = join(folder.path, 'ffmpeg');
    writeFileSync(script, '#!/bin/sh\necho libopus\n', { mode: 0o755 });
    const bare = new FfmpegProgram({ ffmpegPath: script, searchPath: folder.path });
    expect((await bare.check(never)).jail).toEqual({
      prefix: [],
      ...{ ownFiles: false, otherUser: false, noNetwork: false, limited: false, diesWithUs: false },
    });
  });

  test('what a dead hub left behind is ended at the next start, what a living one runs is not', async () => {
    const sleeper = (mark: string) =>
      spawn('sleep', ['30'], {
        env: { PATH: process.env.PATH ?? '', [ownerVariable]: mark },
        stdio: 'ignore',
      });
    const orphan = sleeper('999999999.1');
    const recycled = sleeper(`${process.pid}.1`);
    const ours = sleeper(await ownMark());
    try {
      const [gone, goneToo] = [once(orphan, 'exit'), once(recycled, 'exit')];
      expect(await endOrphans()).toBeGreaterThanOrEqual(2);
      expect((await gone)[1]).toBe('SIGKILL');
      expect((await goneToo)[1]).toBe('SIGKILL');
      expect(ours.exitCode ?? ours.signalCode).toBeNull();
    } finally {
      for (const child of [orphan, recycled, ours]) child.kill('SIGKILL');
    }
  });
});

describe('A13: many at once', () => {
  test.skipIf(ffmpegMissing)('a thousand starts run no more decoders than there may be', async () => {
    using folder = temporaryFolder();
    // Longer than what fits between ffmpeg and us: one that is done gives its place to the next.
    tone(120, join(folder.path, 'a.mp3'), '-c:a', 'libmp3lame');
    const init = {
      ...{ libraryDir: folder.path, broadcastsMax: 256, broadcastsPerGuildMax: 256 },
      ...{ decodersMax: 3, decodersPerGuildMax: 2 },
    };
    const { run: perform } = underTest({}, init);
    let most = 0;
    const watching = setInterval(() => {
      most = Math.max(most, ffmpegChildren().length);
    }, 100);
    const outcomes = await Promise.allSettled(
      Array.from({ length: 1_000 }, (_, index) =>
        perform(broadcastStart, { guildId: `g${index % 10}`, source: 'a.mp3' }),
      ),
    ).finally(() => clearInterval(watching));
    const codes = outcomes.flatMap((each) =>
      each.status === 'rejected' ? [(each.reason as { code: string }).code] : [],
    );
    // The last is a busy machine's.
    const known = ['AUDIO_TOO_MANY_BROADCASTS', 'AUDIO_DECODERS_BUSY', 'AUDIO_SOURCE_TIMEOUT'];
    expect(codes.filter((code) => !known.includes(code))).toEqual([]);
    expect(codes.filter((code) => code === 'AUDIO_TOO_MANY_BROADCASTS').length).toBeGreaterThan(700);
    const playing = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect(playing).toBeGreaterThan(0);
    expect(playing).toBeLessThanOrEqual(3);
    expect(most).toBeLessThanOrEqual(3);
  });

  test('one guild leaves room for the others; a place given back goes to who waits', async () => {
    const clock = new FakeClock();
    const slots = new DecoderSlots({ clock }, { decodersMax: 3, decodersPerOwnerMax: 2 });
    const back = await slots.take('a', never);
    await slots.take('a', never);
    const third = slots.take('a', never);
    await slots.take('b', never);
    back();
    back();
    await third;
    expect(slots.takenCount).toBe(3);
    const late = rejection(slots.take('c', never));
    await clock.advance(1_000);
    expect(await late).toMatchObject({ code: 'AUDIO_DECODERS_BUSY' });
    const stop = new AbortController();
    const unwanted = rejection(slots.take('c', stop.signal));
    stop.abort(new Error('no'));
    expect(await unwanted).toMatchObject({ message: 'no' });
  });
});
