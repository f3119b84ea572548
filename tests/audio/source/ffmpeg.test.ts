import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ffmpegArguments } from '#audio/source/ffmpeg/arguments.ts';
import { broadcastStart } from '#contracts/actions/broadcast.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { ffmpeg, ffmpegMissing } from '../support/ffmpeg.ts';
import { audioUnderTest, until } from '../support/harness.ts';

it('ffmpeg reads its pipe and nothing else', () => {
  const args = ffmpegArguments({ bitrateKbps: 96 }, 'any');
  expect(args.filter((_, index) => args[index - 1] === '-i')).toEqual(['pipe:0']);
  expect(args[args.indexOf('-protocol_whitelist') + 1]).toBe('pipe');
  expect(args.indexOf('-protocol_whitelist')).toBeLessThan(args.indexOf('-i'));
  for (const option of ['-format_whitelist', '-codec_whitelist'])
    expect(args.indexOf(option)).toBeGreaterThan(-1);
  expect(args.join(' ')).not.toMatch(/hls|concat|http|file/);
});

it('a program in place of ffmpeg sees no secret of ours, and what it starts dies with it', async () => {
  using folder = temporaryFolder();
  const program = join(folder.path, 'ffmpeg');
  // A pipe with a name: the jail lets it write no file.
  const told = join(folder.path, 'told');
  execFileSync('mkfifo', [told]);
  const script = `#!/bin/sh
case "$*" in *-version*) echo "ffmpeg version 0"; exit;; *-encoders*) echo "libopus"; exit;; esac
sleep 60 &
{ env; echo "CHILD=$!"; } > ${told}
[ -e ${folder.path}/dies ] && exit
wait
`;
  writeFileSync(program, script);
  chmodSync(program, 0o755);
  writeFileSync(join(folder.path, 'a.mp3'), Buffer.alloc(2_000, 1));
  process.env.A_TEST_SECRET = 'hunter2hunter2';
  const init = { libraryDir: folder.path, ffmpegPath: program, sourceOpenTimeoutMs: 1_000 };
  const { run } = audioUnderTest({}, init);
  for (const code of ['AUDIO_SOURCE_TIMEOUT', 'AUDIO_NOT_AUDIO']) {
    const heard = readFile(told, 'utf8');
    expect(await rejection(run(broadcastStart, { guildId: '1', source: 'a.mp3' }))).toMatchObject({ code });
    const environment = await heard;
    expect(environment).not.toContain('hunter2');
    const pid = Number(/^CHILD=(\d+)$/m.exec(environment)?.[1]);
    expect(pid).toBeGreaterThan(1);
    await until(() => !runs(pid), 3_000);
    // The second time it dies before what it started.
    writeFileSync(join(folder.path, 'dies'), '');
  }
  delete process.env.A_TEST_SECRET;
});

describe.skipIf(ffmpegMissing || process.platform !== 'linux')('when the hub is killed', () => {
  it('its ffmpeg is gone as well', async () => {
    using folder = temporaryFolder();
    const harness = new URL('../support/harness.ts', import.meta.url).href;
    const contract = new URL('../../../src/contracts/actions/broadcast.ts', import.meta.url).href;
    ffmpeg('-f', 'lavfi', '-i', 'sine=440:duration=60', join(folder.path, 'a.mp3'));
    const code = `
      const { audioUnderTest } = await import(${JSON.stringify(harness)});
      const { broadcastStart } = await import(${JSON.stringify(contract)});
      const { run } = audioUnderTest({}, { libraryDir: ${JSON.stringify(folder.path)} });
      await run(broadcastStart, { source: 'a.mp3' });
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
    const listing = readFileSync(`/proc/${hub.pid}/task/${hub.pid}/children`, 'utf8');
    const children = listing.trim().split(' ').map(Number);
    expect(children).toHaveLength(1);
    hub.kill('SIGKILL');
    await until(() => children.every((pid) => !runs(pid)), 3_000);
  });
});

function runs(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  // A zombie waits for its parent but does nothing any more.
  return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
}
