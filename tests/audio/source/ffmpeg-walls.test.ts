import { once } from 'node:events';
import { chmodSync, createReadStream, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { DecoderSlots } from '#audio/source/ffmpeg/decoder-slots.ts';
import { FfmpegProgram } from '#audio/source/ffmpeg/program.ts';
import { findExecutable } from '#audio/source/ffmpeg/resolver.ts';
import { transcode } from '#audio/source/ffmpeg/transcode.ts';
import { systemClock } from '#core/clock.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { decodersOfOurs, ffmpegChildren, ffmpegMissing, tone } from '../support/ffmpeg.ts';
import { until } from '../support/harness.ts';

const never = new AbortController().signal;
const isRoot = process.getuid?.() === 0;
const usual = process.env.PATH ?? '';
const names = ['bwrap', 'unshare', 'prlimit', 'setpriv', 'ldd', 'sh', 'true', 'ffmpeg'];
const found = new Map<string, string>();
for (const name of names) {
  const path = await findExecutable(name, usual);
  if (path) found.set(name, path);
}

function folderForTest(): string {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  // Another user must get at what is planted in it.
  chmodSync(folder.path, 0o755);
  return folder.path;
}

/** A search path with all tools but some, and with others planted in their place. */
function toolsWithout(missing: readonly string[], planted: Record<string, string> = {}): string {
  const folder = folderForTest();
  for (const [name, path] of found)
    if (!missing.includes(name) && !(name in planted)) symlinkSync(path, join(folder, name));
  for (const [name, body] of Object.entries(planted)) plant(join(folder, name), body);
  return folder;
}

function plant(path: string, body: string): void {
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
}

const answers = `case "$*" in *-encoders*) echo "ffmpeg version 0" >&2; echo libopus; exit;; esac`;

/** Signals that reached this process, which is the hub here. */
const signals: string[] = [];
const onSignal = (name: string) => signals.push(name);
process.on('SIGUSR2', onSignal);
afterAll(() => void process.off('SIGUSR2', onSignal));

/** Its last words, with the limits of its memory in KiB and of its files. */
const over = 'OVER 524288 32';

/** A decoder that reads what is the hub's user's alone, signals the hub, and says on stderr what came of it. */
function plantedDecoder(first = answers): string {
  const folder = folderForTest();
  writeFileSync(join(folder, 'secret'), 'hunter2\n', { mode: 0o600 });
  const attack = `
read -r line < ${folder}/secret && echo "READ $line" >&2
read -r line < /etc/shadow && echo SHADOW >&2
read -r line < /proc/${process.pid}/environ; [ -n "$line" ] && echo ENVIRONMENT >&2
(: > ${folder}/made) && echo MADE >&2
kill -USR2 ${process.pid} && echo SIGNALLED >&2`;
  plant(join(folder, 'decoder'), `${first}\n${attack}\necho "OVER $(ulimit -v) $(ulimit -n)" >&2`);
  return join(folder, 'decoder');
}

async function* someBytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.alloc(2_000, 1);
}

function decoding(
  ffmpeg: FfmpegProgram,
  bytes: AsyncGenerator<Uint8Array> = someBytes(),
  signal: AbortSignal = never,
): AsyncGenerator<Uint8Array> {
  const decoders = new DecoderSlots({ clock: systemClock() }, { decodersMax: 4, decodersPerOwnerMax: 4 });
  const input = { source: 'a', owner: 'x', bytes, formats: 'any', encoding: { bitrateKbps: 96 } } as const;
  return transcode({ ffmpeg, decoders }, input, signal);
}

/** What a planted decoder said. */
async function saidBy(ffmpeg: FfmpegProgram): Promise<string[]> {
  const error = await rejection(decoding(ffmpeg).next());
  expect(error).toMatchObject({ code: 'AUDIO_NOT_AUDIO' });
  const { cause } = error as { cause: Error };
  return cause.message.split('\n').filter((line) => /^[A-Z]+( |$)/.test(line));
}

const bothMissing = ['bwrap', 'setpriv'];
const isLinux = process.platform === 'linux';

describe.runIf(isLinux && isRoot && found.has('bwrap'))('a decoder that reads and signals', () => {
  test('does both where no wall stands, and plays as it did', async () => {
    signals.length = 0;
    const ffmpeg = new FfmpegProgram({ ffmpegPath: plantedDecoder(), searchPath: toolsWithout(bothMissing) });
    expect(await saidBy(ffmpeg)).toEqual([
      ...['READ hunter2', 'SHADOW', 'ENVIRONMENT', 'MADE', 'SIGNALLED', over],
    ]);
    await until(() => signals.length === 1);
    const { jail } = await ffmpeg.check(never);
    expect(jail).toMatchObject({ ownFiles: false, otherUser: false, noNetwork: true, limited: true });
  });

  test.each([
    ['bubblewrap and another user', [], { ownFiles: true, otherUser: true }],
    ['bubblewrap alone', ['setpriv'], { ownFiles: true, otherUser: false }],
    ['another user alone', ['bwrap'], { ownFiles: false, otherUser: true }],
  ])('does neither behind %s', async (_, missing, walls) => {
    signals.length = 0;
    const ffmpeg = new FfmpegProgram({ ffmpegPath: plantedDecoder(), searchPath: toolsWithout(missing) });
    expect(await saidBy(ffmpeg)).toEqual([over]);
    const { jail } = await ffmpeg.check(never);
    expect(jail).toMatchObject({ ...walls, noNetwork: true, limited: true, diesWithUs: true });
    expect(signals).toEqual([]);
  });

  test('does neither when it is asked for its version', async () => {
    signals.length = 0;
    const folder = folderForTest();
    const asked = `case "$*" in *-encoders*) kill -USR2 ${process.pid}; (: > ${folder}/made) || echo "ffmpeg version 9" >&2;; esac\n${answers}`;
    const ffmpeg = new FfmpegProgram({ ffmpegPath: plantedDecoder(asked), searchPath: toolsWithout([]) });
    expect(await ffmpeg.check(never)).toMatchObject({ version: '9' });
    expect(signals).toEqual([]);
  });
});

describe.runIf(isLinux && isRoot && found.has('bwrap'))('which walls stand is tried', () => {
  const jailOf = async (searchPath: string, ffmpegPath = plantedDecoder()) =>
    (await new FfmpegProgram({ ffmpegPath, searchPath }).check(never)).jail;

  test('bubblewrap that may make no namespaces is none', async () => {
    const forbidden = 'echo "bwrap: No permissions to create a new namespace" >&2; exit 1';
    const jail = await jailOf(toolsWithout([], { bwrap: forbidden }));
    expect(jail).toMatchObject({ ownFiles: false, otherUser: true });
  });

  test('one that starts programs without a wall is none', async () => {
    const lying = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
    const jail = await jailOf(toolsWithout([], { bwrap: lying }));
    expect(jail).toMatchObject({ ownFiles: false, otherUser: true });
  });

  test('a change of user that changes none is none', async () => {
    const lying = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"';
    const jail = await jailOf(toolsWithout(['bwrap'], { setpriv: lying }));
    expect(jail).toMatchObject({ ownFiles: false, otherUser: false });
  });

  test('a program that needs more than its own files gets the next wall', async () => {
    const needy = `true < /etc/passwd || exit 1\n${answers}`;
    expect(await jailOf(toolsWithout([]), plantedDecoder(needy))).toMatchObject({
      ownFiles: false,
      otherUser: true,
    });
  });

  test('a program that only the hub’s user may start gets no other user', async () => {
    const decoder = plantedDecoder();
    chmodSync(decoder, 0o700);
    expect(await jailOf(toolsWithout(['bwrap']), decoder)).toMatchObject({ otherUser: false });
  });

  test('a script finds its interpreter behind `env`, and one in a folder of its own its file', async () => {
    const folder = folderForTest();
    mkdirSync(join(folder, 'inner'));
    writeFileSync(join(folder, 'inner', 'decoder'), `#!/usr/bin/env sh\n${answers}\n`);
    chmodSync(join(folder, 'inner', 'decoder'), 0o755);
    symlinkSync(join(folder, 'inner', 'decoder'), join(folder, 'link'));
    expect(await jailOf(toolsWithout([]), join(folder, 'link'))).toMatchObject({ ownFiles: true });
  });
});

describe.runIf(isLinux && isRoot && found.has('bwrap') && !ffmpegMissing)('behind each wall ffmpeg', () => {
  const walls: [string, string[]][] = [
    ['both', []],
    ['bubblewrap', ['setpriv']],
    ['another user', ['bwrap']],
    ['none', bothMissing],
  ];

  test.each(walls)('plays: %s', async (_, missing) => {
    const file = join(folderForTest(), 'a.mp3');
    tone(2, file);
    const ffmpeg = new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath: toolsWithout(missing) });
    async function* bytes() {
      yield* createReadStream(file) as AsyncIterable<Uint8Array>;
    }
    let packetCount = 0;
    for await (const packet of decoding(ffmpeg, bytes())) packetCount += packet.length > 0 ? 1 : 0;
    expect(packetCount).toBeGreaterThan(95);
    await until(() => decodersOfOurs().length === 0, 3_000);
  });

  test.each(walls)('is gone, with all it started, once nobody wants it: %s', async (_, missing) => {
    const folder = folderForTest();
    plant(join(folder, 'decoder'), `${answers}\n(while :; do :; done) &\necho "$@" >&2\nwhile :; do :; done`);
    const ffmpegPath = join(folder, 'decoder');
    const ffmpeg = new FfmpegProgram({ ffmpegPath, searchPath: toolsWithout(missing) });
    const { jail } = await ffmpeg.check(never);
    const enough = new AbortController();
    const over = rejection(decoding(ffmpeg, someBytes(), enough.signal).next());
    // It, what it started, and bubblewrap.
    await until(() => decodersOfOurs().length === (jail.ownFiles ? 3 : 2), 10_000);
    enough.abort(new Error('enough'));
    expect(await over).toMatchObject({ message: 'enough' });
    await until(() => decodersOfOurs().length === 0, 3_000);
  });

  test.each(walls)('is known to have been killed, which is no end of the sound: %s', async (_, missing) => {
    const file = join(folderForTest(), 'a.mp3');
    tone(20, file);
    const ffmpeg = new FfmpegProgram({ ffmpegPath: 'ffmpeg', searchPath: toolsWithout(missing) });
    async function* bytes() {
      yield* createReadStream(file) as AsyncIterable<Uint8Array>;
    }
    const packets = decoding(ffmpeg, bytes());
    await packets.next();
    const [pid] = ffmpegChildren().map((line) => Number.parseInt(line, 10));
    process.kill(pid ?? 0, 'SIGKILL');
    const toItsEnd = async () => {
      for (let step = await packets.next(); !step.done; step = await packets.next());
    };
    expect(await rejection(toItsEnd())).toMatchObject({ code: 'AUDIO_SOURCE_LOST' });
  });
});

const perl = await findExecutable('perl', '/usr/bin');

test.runIf(isLinux && found.has('bwrap') && perl)(
  'what leaves the group of a decoder dies with it behind bubblewrap',
  async () => {
    const path = join(folderForTest(), 'decoder');
    const script = `my $all = "@ARGV";
if ($all =~ /-encoders/) { print "libopus\\n"; exit }
if (!fork) { setpgrp(0, 0); sleep 600 }
sleep 600;`;
    writeFileSync(path, `#!${perl}\n${script}\n`);
    chmodSync(path, 0o755);
    const ffmpeg = new FfmpegProgram({ ffmpegPath: path, searchPath: toolsWithout([]) });
    expect((await ffmpeg.check(never)).jail.ownFiles).toBe(true);
    const enough = new AbortController();
    const over = rejection(decoding(ffmpeg, someBytes(), enough.signal).next());
    await until(() => decodersOfOurs().length >= 3, 10_000);
    enough.abort(new Error('enough'));
    await over;
    await until(() => decodersOfOurs().length === 0, 3_000);
  },
);

test.runIf(isLinux && found.has('bwrap') && perl)(
  'behind bubblewrap a decoder reaches no port of this machine',
  async () => {
    let connectionCount = 0;
    const server = createServer((socket) => {
      connectionCount += 1;
      socket.destroy();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const path = join(folderForTest(), 'decoder');
    const script = `if ("@ARGV" =~ /-encoders/) { print "libopus\\n"; exit }
socket(my $to, 2, 1, 6); connect($to, pack("S n C4 x8", 2, ${port}, 127, 0, 0, 1));`;
    writeFileSync(path, `#!${perl}\n${script}\n`);
    chmodSync(path, 0o755);
    for (const [missing, reached] of [
      [['bwrap', 'unshare'], 1],
      [['unshare'], 1],
    ] as const) {
      const ffmpeg = new FfmpegProgram({ ffmpegPath: path, searchPath: toolsWithout(missing) });
      expect((await ffmpeg.check(never)).jail).toMatchObject({ noNetwork: missing.length === 1 });
      await rejection(decoding(ffmpeg).next());
      expect(connectionCount).toBe(reached);
    }
  },
);
