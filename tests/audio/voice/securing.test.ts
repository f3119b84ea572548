import { afterEach, describe, expect, test, vi } from 'vitest';
import { Programme, Recording } from './support/programme.ts';
import { botId, guildA, lounge, VoiceRoom } from './support/voice-room.ts';

const listenerId = '300000000000000001';
const secondListenerId = '300000000000000002';

let room: VoiceRoom;
let programme: Programme;
afterEach(async () => {
  programme?.stop();
  await room?.close();
});

async function untilHeardMore(recording: Recording, count: number): Promise<void> {
  const target = recording.count + count;
  await vi.waitFor(() => expect(recording.count).toBeGreaterThanOrEqual(target), { timeout: 20_000 });
}

describe('a group that breaks', () => {
  test('is repaired without a word in clear', async () => {
    room = await VoiceRoom.open();
    programme = new Programme(room.engine.openStream('north'));
    const first = new Recording(await room.server.listen({ channelId: lounge, daveVersion: 1 }, listenerId));
    const session = await room.engine.join(
      { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice' },
      AbortSignal.timeout(10_000),
    );
    await untilHeardMore(first, 20);
    room.server.faults.corruptCommit(guildA, botId);
    const second = new Recording(
      await room.server.listen({ channelId: lounge, daveVersion: 1 }, secondListenerId),
    );
    await untilHeardMore(second, 30);
    await untilHeardMore(first, 30);
    for (const recording of [first, second]) {
      expect(recording.sequences).not.toContain(-1);
      expect(recording.listener.stats).toMatchObject({ framesPlain: 0 });
    }
    expect(session.status()).toMatchObject({ state: 'playing', e2ee: true, rejoinCount: 0 });
  });

  test('takes in a member who came while the connection was resuming', async () => {
    room = await VoiceRoom.open();
    programme = new Programme(room.engine.openStream('north'));
    const first = new Recording(await room.server.listen({ channelId: lounge, daveVersion: 1 }, listenerId));
    const session = await room.engine.join(
      { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice' },
      AbortSignal.timeout(10_000),
    );
    await untilHeardMore(first, 20);
    room.server.faults.closeVoice(guildA, botId, 4015);
    const second = new Recording(
      await room.server.listen({ channelId: lounge, daveVersion: 1 }, secondListenerId),
    );
    await untilHeardMore(second, 30);
    await untilHeardMore(first, 30);
    for (const recording of [first, second]) {
      expect(recording.sequences).not.toContain(-1);
      expect(recording.listener.stats).toMatchObject({ framesPlain: 0 });
    }
    expect(session.status()).toMatchObject({ state: 'playing', e2ee: true });
    // At once, by what was missed; not later, by the group's looking stale.
    expect(room.log.filter(({ fields }) => 'why' in fields).map(({ fields }) => fields.why)).toEqual([
      'messages of the encrypted group were lost',
    ]);
  });

  test('that never forms leads to a pause and advice after a few tries, and nothing but silence was sent', async () => {
    room = await VoiceRoom.open({ secureTimeoutMs: 400, rejoinsMax: 2, listenersIgnoreGroup: true });
    programme = new Programme(room.engine.openStream('north'));
    const outsider = new Recording(
      await room.server.listen({ channelId: lounge, daveVersion: 1 }, listenerId),
    );
    const session = await room.engine.join(
      { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice' },
      AbortSignal.timeout(10_000),
    );
    const cooling: string[] = [];
    session.onCooling(({ code }) => cooling.push(code));
    await vi.waitFor(() => expect(cooling).toEqual(['VOICE_E2EE_STUCK']), { timeout: 20_000 });
    expect(session.status()).toMatchObject({ rejoinCount: 2, framesPlayed: 0 });
    expect(outsider.count).toBe(0);
    expect(outsider.silenceCount).toBeGreaterThan(10);
    expect(room.server.faults.connectionCount).toBe(3);
  });
});

describe('a channel that falls back to no encryption', () => {
  test('hears silence until it is secret again', async () => {
    room = await VoiceRoom.open();
    programme = new Programme(room.engine.openStream('north'));
    const member = new Recording(await room.server.listen({ channelId: lounge, daveVersion: 1 }, listenerId));
    const session = await room.engine.join(
      { guildId: guildA, channelId: lounge, streamKey: 'north', kind: 'voice' },
      AbortSignal.timeout(10_000),
    );
    await untilHeardMore(member, 20);
    // Discord downgrades the call for somebody whose client knows no end-to-end encryption.
    const outsider = new Recording(
      await room.server.listen({ channelId: lounge, daveVersion: 0 }, secondListenerId),
    );
    await vi.waitFor(() => expect(session.status()).toMatchObject({ state: 'securing', e2ee: false }), 5_000);
    await vi.waitFor(() => expect(outsider.silenceCount).toBeGreaterThan(50), 5_000);
    expect(outsider.sequences.filter((sequence) => sequence >= 0)).toEqual([]);
    outsider.listener.leave();
    await untilHeardMore(member, 30);
    expect(member.sequences).not.toContain(-1);
    expect(member.listener.stats).toMatchObject({ framesPlain: 0 });
    expect(session.status()).toMatchObject({ state: 'playing', e2ee: true });
  });
});
