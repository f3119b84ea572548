import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { ffmpegArguments } from '#audio/source/ffmpeg/arguments.ts';
import { broadcastStart } from '#contracts/actions/broadcast.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { decodersOf, decodersOfOurs, ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { audioUnderTest, until } from '../support/harness.ts';

test('ffmpeg reads its pipe and nothing else', () => {
  const args = ffmpegArguments({ bitrateKbps: 96 }, 'any');
  expect(args.filter((_, index) => args[index - 1] === '-i')).toEqual(['pipe:0']);
  expect(args[args.indexOf('-protocol_whitelist') + 1]).toBe('pipe');
  expect(args.indexOf('-protocol_whitelist')).toBeLessThan(args.indexOf('-i'));
  for (const option of ['-format_whitelist', '-codec_whitelist'])
    expect(args.indexOf(option)).toBeGreaterThan(-1);
  expect(args.join(' ')).not.toMatch(/hls|concat|http|file/);
});

test('a program in place of ffmpeg sees no secret of ours, and what it starts dies with it', async () => {
  using folder = temporaryFolder();
  const program = join(folder.path, 'ffmpeg');
  const script = (end: string) => `#!/bin/sh
case "$*" in *-encoders*) echo "ffmpeg version 0" >&2; echo libopus; exit;; esac
(while :; do :; done) &
${end}
`;
  writeFileSync(join(folder.path, 'a.mp3'), Buffer.alloc(2_000, 1));
  process.env.A_TEST_SECRET = 'hunter2hunter2';
  onTestFinished(() => {
    delete process.env.A_TEST_SECRET;
  });
  // The second time it dies before what it started. Each asks first what program that is, which takes its time on a busy
  // machine, within the same time-out.
  for (const [code, end, sourceOpenTimeoutMs] of [
    ['AUDIO_SOURCE_TIMEOUT', 'wait', 8_000],
    ['AUDIO_NOT_AUDIO', 'set >&2', 30_000],
  ] as const) {
    const init = { libraryDir: folder.path, ffmpegPath: program, sourceOpenTimeoutMs };
    const { run } = audioUnderTest({}, init);
    writeFileSync(program, script(end));
    chmodSync(program, 0o755);
    let most = 0;
    const looking = setInterval(() => {
      most = Math.max(most, decodersOfOurs().length);
    }, 100);
    const error = await rejection(run(broadcastStart, { guildId: '1', source: 'a.mp3' }));
    clearInterval(looking);
    expect(error).toMatchObject({ code });
    if (code === 'AUDIO_NOT_AUDIO') {
      expect(String((error as Error).cause)).toContain('LC_ALL=');
      expect(String((error as Error).cause)).not.toContain('hunter2');
    } else expect(most).toBeGreaterThan(1);
    await until(() => decodersOfOurs().length === 0, 10_000);
  }
}, 60_000);

describe.skipIf(ffmpegMissing || process.platform !== 'linux')('when the hub is killed', () => {
  test.each([
    ['the strongest jail', process.env.PATH ?? ''],
    ['a jail without bubblewrap', undefined],
  ])('its ffmpeg is gone as well: %s', async (_, path) => {
    using tools = temporaryFolder();
    chmodSync(tools.path, 0o755);
    for (const name of ['unshare', 'prlimit', 'setpriv', 'sh', 'true', 'ffmpeg'])
      symlinkSync(execFileSync('which', [name], { encoding: 'utf8' }).trim(), join(tools.path, name));
    const searchPath = path ?? tools.path;
    using folder = temporaryFolder();
    const harness = new URL('../support/harness.ts', import.meta.url).href;
    const contract = new URL('../../../src/contracts/actions/broadcast.ts', import.meta.url).href;
    ffmpeg('-f', 'lavfi', '-i', 'sine=440:duration=60', join(folder.path, 'a.mp3'));
    const code = `
      const { audioUnderTest } = await import(${JSON.stringify(harness)});
      const { broadcastStart } = await import(${JSON.stringify(contract)});
      const { run } = audioUnderTest({}, ${JSON.stringify({ libraryDir: folder.path, searchPath })});
      await run(broadcastStart, { guildId: '1', source: 'a.mp3' });
      console.log('playing');
      setInterval(() => {}, 1000);`;
    const hub = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    hub.stdout.on('data', (text) => {
      output += text;
    });
    await until(() => output.includes('playing'), 20_000);
    if (hub.pid === undefined) throw new Error('no hub');
    const { pid } = hub;
    expect(decodersOf(pid).length).toBeGreaterThan(0);
    hub.kill('SIGKILL');
    await until(() => decodersOf(pid).length === 0, 3_000);
  });
});
