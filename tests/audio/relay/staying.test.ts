import { afterEach, describe, expect, test } from 'vitest';
import type { Audio } from '#audio/audio.ts';
import { relayConfigure, relayStart, relayStatus, relayStop, relayVolume } from '#contracts/actions/relay.ts';
import type { AuditRow } from '#contracts/audit.ts';
import { GuildmeshError } from '#core/errors.ts';
import { memorySettings } from '../../support/guild-settings.ts';
import { audioUnderTest, MemoryIntents, until } from '../support/harness.ts';
import { CommunitiesPort, GuildsPort, RemotePort, VoicePort, voiceChannel } from '../support/ports.ts';

const started: Audio[] = [];
const show = { guildId: 'g1', broadcast: 'show@North' };

afterEach(async () => {
  for (const audio of started.splice(0)) await audio.stop?.();
});

/** The people in the channels, as a test sets them. */
class PresencePort {
  count = 0;
  readonly listening = new Set<(guildId: string) => void>();

  listeners(): [] {
    return [];
  }

  listenerCount(): number {
    return this.count;
  }

  onChange(listener: (guildId: string) => void) {
    this.listening.add(listener);
    return () => void this.listening.delete(listener);
  }

  become(count: number): void {
    this.count = count;
    for (const listener of this.listening) listener('g1');
  }
}

async function underTest(intents = new MemoryIntents(), settings = memorySettings()) {
  const spoken: string[] = [];
  const stage = { answer: 'speaking' as 'speaking' | 'refused' };
  const ports = {
    ...{ voice: new VoicePort(), remote: new RemotePort(), communities: new CommunitiesPort() },
    ...{ guilds: new GuildsPort(), presence: new PresencePort(), intents, settings },
  };
  for (const id of ['a', 'b']) ports.guilds.channels.set(id, voiceChannel(id));
  ports.guilds.channels.set('stage', voiceChannel('stage', { kind: 'stage' }));
  const said: string[] = [];
  const audited: AuditRow[] = [];
  const { audio, run } = audioUnderTest({
    ...ports,
    stage: {
      speak: async (_guildId, channelId) => {
        spoken.push(channelId);
        return stage.answer;
      },
    },
    announcer: { announce: async (channelId, text) => void said.push(`${channelId}: ${text}`) },
    audit: { record: async (row) => void audited.push(row) },
  });
  started.push(audio);
  await audio.start?.(new AbortController().signal);
  const state = async () => (await run(relayStatus, { guildId: 'g1' })).relays[0]?.state;
  return { ...ports, audio, run, said, audited, spoken, stage, state };
}

function problem(code: string): GuildmeshError {
  return new GuildmeshError({ code, kind: 'remote', message: `${code}.`, next: 'Wait.', details: {} });
}

describe('an auto relay', () => {
  test('joins when somebody comes, leaves some time after everybody has left, and comes again', async () => {
    const { presence, run, state, voice } = await underTest();
    await run(relayConfigure, { guildId: 'g1', leaveAfterMs: 100 });
    const view = await run(relayStart, { ...show, channelId: 'a', mode: 'auto' });
    expect(view).toMatchObject({ state: 'idle', mode: 'auto', title: 'The Show', community: 'North' });
    expect(voice.sessions).toEqual([]);
    presence.become(1);
    await until(() => voice.sessions.length === 1, 5_000);
    expect(await state()).toBe('playing');
    presence.become(0);
    expect(voice.sessions[0]?.left).toBe(false);
    await until(() => voice.sessions[0]?.left === true, 5_000);
    expect(await state()).toBe('idle');
    presence.become(2);
    await until(() => voice.sessions.length === 2, 5_000);
  });

  test('stays when somebody comes back in time', async () => {
    const { presence, run, voice } = await underTest();
    await run(relayConfigure, { guildId: 'g1', leaveAfterMs: 200 });
    presence.count = 1;
    await run(relayStart, { ...show, channelId: 'a', mode: 'auto' });
    presence.become(0);
    presence.become(1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(voice.sessions.map(({ left }) => left)).toEqual([false]);
  });

  test('waits for people also after the process ended, and can be stopped while it waits', async () => {
    const intents = new MemoryIntents();
    const first = await underTest(intents);
    await first.run(relayStart, { ...show, channelId: 'a', mode: 'auto' });
    await first.audio.stop?.();
    const { run, state, voice } = await underTest(intents);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect([await state(), voice.sessions.length]).toEqual(['idle', 0]);
    await run(relayStop, { guildId: 'g1' });
    expect(intents.rows.size).toBe(0);
  });
});

describe('a constant relay', () => {
  test('waits for the next broadcast of its title, which has another id', async () => {
    const { intents, remote, run, said, state, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'a', mode: 'constant' });
    remote.offered = [];
    remote.sinks[0]?.end('broadcast-ended');
    await until(() => voice.sessions[0]?.left === true, 5_000);
    expect(await state()).toBe('reconnecting');
    expect(intents.rows.size).toBe(1);
    remote.offered = [
      { id: 'other', title: 'Another', startedAtMs: 0, subscriberCount: 0 },
      { id: 'show2', title: 'The Show', startedAtMs: 0, subscriberCount: 0 },
    ];
    await until(() => voice.sessions.length === 2, 15_000);
    expect(voice.sessions[1]?.request.streamKey).toBe('show2@peer1');
    expect((await run(relayStatus, { guildId: 'g1' })).relays[0]?.broadcast).toBe('show2@North');
    expect(said).toEqual([]);
  });

  test('ends all the same when trust is withdrawn', async () => {
    const { intents, remote, run } = await underTest();
    await run(relayStart, { ...show, channelId: 'a', mode: 'constant' });
    remote.sinks[0]?.end('revoked');
    await until(() => intents.rows.size === 0, 5_000);
  });
});

describe('the volume of a guild', () => {
  test('reaches what plays, what is started later and what comes back after a restart', async () => {
    const intents = new MemoryIntents();
    const settings = memorySettings();
    const first = await underTest(intents, settings);
    expect(await first.run(relayStart, { ...show, channelId: 'a' })).toMatchObject({ volumePercent: 100 });
    expect(first.voice.sessions[0]?.request.volumePercent).toBe(100);
    const volume = { guildId: 'g1', percent: 30 };
    expect(await first.run(relayVolume, volume)).toMatchObject({ volumePercent: 30, onMove: 'follow' });
    expect(first.voice.sessions[0]?.volumes).toEqual([30]);
    const { relays } = await first.run(relayStatus, { guildId: 'g1' });
    expect(relays).toMatchObject([{ volumePercent: 30 }]);

    await first.audio.stop?.();
    const { voice } = await underTest(intents, settings);
    await until(() => voice.sessions.length === 1, 5_000);
    expect(voice.sessions[0]?.request.volumePercent).toBe(30);
  });

  test('is that of one guild, and its members’ business', async () => {
    const { run, voice } = await underTest(new MemoryIntents());
    await run(relayStart, { ...show, channelId: 'a' });
    await run(relayVolume, { guildId: 'g2', percent: 30 });
    expect(voice.sessions[0]?.volumes).toEqual([]);
    expect(relayVolume.input.safeParse({ guildId: 'g1', percent: 201 }).success).toBe(false);
  });
});

describe('a guild’s settings', () => {
  test('say what a move does, are kept, and stay where they aren’t given', async () => {
    const settings = memorySettings();
    const first = await underTest(new MemoryIntents(), settings);
    expect(await first.run(relayConfigure, { guildId: 'g1' })).toEqual({
      ...{ guildId: 'g1', onMove: 'follow', leaveAfterMs: 60_000, volumePercent: 100 },
    });
    await first.run(relayConfigure, { guildId: 'g1', onMove: 'return' });
    const { run, voice } = await underTest(new MemoryIntents(), settings);
    expect(await run(relayConfigure, { guildId: 'g1', leaveAfterMs: 5 })).toMatchObject({ onMove: 'return' });
    await run(relayStart, { ...show, channelId: 'a' });
    expect(voice.sessions[0]?.request.onMove).toBe('return');
    await run(relayStart, { guildId: 'g2', channelId: 'b', broadcast: 'show@North' }).catch(() => {});
  });
});

describe('a relay that is hindered', () => {
  test('speaks again on a stage, a few times, and then tells', async () => {
    const { run, said, spoken, stage, state, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'stage' });
    expect(spoken).toEqual(['stage']);
    for (let count = 2; count <= 4; count++) {
      voice.sessions[0]?.hindered('suppressed');
      expect(await state()).toBe('suppressed');
      await until(() => spoken.length === count, 5_000);
      voice.sessions[0]?.hindered(undefined);
    }
    stage.answer = 'refused';
    voice.sessions[0]?.hindered('suppressed');
    await until(() => said.length === 1, 5_000);
    expect(spoken).toHaveLength(4);
    expect(said[0]).toContain('may not speak on the stage');
  });

  test('tells once that it was muted, and shows that it was deafened', async () => {
    const { run, said, state, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'a' });
    for (const by of ['muted', undefined, 'muted'] as const) voice.sessions[0]?.hindered(by);
    await until(() => said.length === 1, 5_000);
    expect([await state(), said[0]]).toEqual(['muted', expect.stringContaining('it was muted')]);
    voice.sessions[0]?.hindered('deafened');
    expect((await run(relayStatus, { guildId: 'g1' })).relays).toMatchObject([
      { state: 'playing', deafened: true },
    ]);
    expect(said).toHaveLength(1);
  });
});

describe('a relay that voice gives up', () => {
  test('is over after a kick, and the audit says who may start it again', async () => {
    const { audited, intents, run, said, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'a' });
    voice.sessions[0]?.ended({ kind: 'kicked', error: problem('VOICE_KICKED') });
    await until(() => intents.rows.size === 0, 5_000);
    expect(audited).toMatchObject([
      {
        ...{ action: 'relay.kicked', actor: 'system:discord', guildId: 'g1', errorCode: 'VOICE_KICKED' },
        input: { channelId: 'a', mayRestart: expect.stringContaining('publisher') },
      },
    ]);
    expect(said[0]).toContain('publisher');
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(voice.sessions).toHaveLength(1);
  });

  test('rests until a restart of the hub when a retry can’t help', async () => {
    const { intents, run, said, voice } = await underTest();
    await run(relayStart, { ...show, channelId: 'a' });
    voice.sessions[0]?.ended({ kind: 'refused', error: problem('VOICE_E2EE_REQUIRED') });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect((await run(relayStatus, { guildId: 'g1' })).relays).toMatchObject([
      { state: 'refused', problem: { code: 'VOICE_E2EE_REQUIRED' } },
    ]);
    expect([voice.sessions.length, intents.rows.size, said.length]).toEqual([1, 1, 1]);
    await run(relayStart, { ...show, channelId: 'a' });
    expect(voice.sessions).toHaveLength(2);
  });
});
