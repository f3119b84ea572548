import { spawnSync } from 'node:child_process';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { ffmpegMissing } from './support/ffmpeg.ts';
import { audioUnderTest } from './support/harness.ts';
import { GuildsPort, voiceChannel } from './support/ports.ts';

const { signal } = new AbortController();

test('names each missing permission, dependency and folder with its fix', async () => {
  const guilds = new GuildsPort();
  const { permissions } = voiceChannel('x');
  const none = { ...permissions, connect: false, speak: false };
  guilds.channels.set('a', voiceChannel('a', { permissions: none, userLimit: 1, memberCount: 1 }));
  const { audio } = audioUnderTest({ guilds }, { searchPath: '/nowhere', libraryDir: '/nowhere' });
  const findings = await audio.examiner.examine({ guildId: 'g1', channelId: 'a' }, signal);
  expect(findings.filter(({ level }) => level !== 'ok').map(({ id }) => id)).toEqual([
    ...['dependency.ffmpeg', 'audio.library', 'permission.connect', 'permission.speak', 'channel.room'],
  ]);
  expect(findings.every(({ level, fix }) => (fix === undefined) === (level === 'ok'))).toBe(true);
  guilds.channels.set('h', voiceChannel('h', { permissions: { ...permissions, view: false } }));
  const hidden = await audio.examiner.examine({ guildId: 'g1', channelId: 'h' }, signal);
  expect(hidden.at(-1)).toMatchObject({ id: 'channel.known', text: 'The bot can’t see <#h>.' });
  const unknown = await audio.examiner.examine({ guildId: 'g1', channelId: 'z' }, signal);
  expect(unknown.at(-1)).toMatchObject({ id: 'channel.known', level: 'problem' });
});

test('on a stage looks for the right to speak there instead of Speak', async () => {
  const guilds = new GuildsPort();
  guilds.channels.set('s', voiceChannel('s', { kind: 'stage' }));
  const { audio } = audioUnderTest({ guilds });
  const ids = async () => {
    const findings = await audio.examiner.examine({ guildId: 'g1', channelId: 's' }, signal);
    return findings.filter(({ level }) => level === 'warning').map(({ id }) => id);
  };
  expect(await ids()).toContain('permission.stage');
  const { permissions } = voiceChannel('x');
  guilds.channels.set(
    's',
    voiceChannel('s', { kind: 'stage', permissions: { ...permissions, muteMembers: true } }),
  );
  expect(await ids()).not.toContain('permission.stage');
});

test.skipIf(process.platform !== 'linux' || ffmpegMissing)(
  'names the walls around ffmpeg that stand',
  async () => {
    using tools = temporaryFolder();
    chmodSync(tools.path, 0o755);
    const examined = async (names: string[]) => {
      for (const name of names) {
        const path = spawnSync('which', [name], { encoding: 'utf8' }).stdout.trim();
        if (path) symlinkSync(path, join(tools.path, name));
      }
      const { audio } = audioUnderTest({ guilds: new GuildsPort() }, { searchPath: tools.path });
      const findings = await audio.examiner.examine({ guildId: 'g1' }, signal);
      return findings.find(({ id }) => id === 'dependency.ffmpeg-walls');
    };
    expect(await examined(['ffmpeg', 'sh', 'true'])).toMatchObject({
      level: 'warning',
      text: expect.stringMatching(/^No wall stands/),
      fix: expect.stringContaining('bubblewrap'),
    });
    if (process.getuid?.() === 0)
      expect(await examined(['setpriv'])).toMatchObject({
        level: 'ok',
        text: expect.stringMatching(/stands a user of its own \([^)]*\)\.$/),
      });
    if (spawnSync('bwrap', ['--version']).status === 0)
      expect(await examined(['bwrap', 'ldd'])).toMatchObject({
        level: 'ok',
        text: expect.stringContaining('stands bubblewrap'),
      });
  },
);
