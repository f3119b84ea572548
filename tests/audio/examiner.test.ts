import { expect, it } from 'vitest';
import { audioUnderTest } from './support/harness.ts';
import { GuildsPort, voiceChannel } from './support/ports.ts';

const { signal } = new AbortController();

it('names each missing permission, dependency and folder with its fix', async () => {
  const guilds = new GuildsPort();
  const { permissions } = voiceChannel('x');
  const none = { ...permissions, view: false, speak: false };
  guilds.channels.set('a', voiceChannel('a', { permissions: none, userLimit: 1, memberCount: 1 }));
  const { audio } = audioUnderTest({ guilds }, { searchPath: '/nowhere', libraryDir: '/nowhere' });
  const findings = await audio.examiner.examine({ guildId: 'g1', channelId: 'a' }, signal);
  expect(findings.filter(({ level }) => level !== 'ok').map(({ id }) => id)).toEqual([
    ...['dependency.ffmpeg', 'audio.library', 'permission.view', 'permission.speak', 'channel.room'],
  ]);
  expect(findings.every(({ level, fix }) => (fix === undefined) === (level === 'ok'))).toBe(true);
  const unknown = await audio.examiner.examine({ guildId: 'g1', channelId: 'z' }, signal);
  expect(unknown.at(-1)).toMatchObject({ id: 'channel.known', level: 'problem' });
});

it('on a stage looks for the right to speak there instead of Speak', async () => {
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
