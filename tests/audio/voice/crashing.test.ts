import { afterEach, describe, expect, test, vi } from 'vitest';
import type { VoiceEndReason } from '#audio/voice-contract.ts';
import { Programme, Recording } from './support/programme.ts';
import { botId, guildA, guildB, lounge, otherLounge, VoiceRoom } from './support/voice-room.ts';

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

describe('a voice worker that dies', () => {
  test('is replaced, and every channel hears the programme again, secretly', async () => {
    room = await VoiceRoom.open();
    programme = new Programme(room.engine.openStream('north'));
    const here = new Recording(await room.server.listen({ channelId: lounge, daveVersion: 1 }, listenerId));
    const there = new Recording(
      await room.server.listen({ channelId: otherLounge, daveVersion: 1 }, secondListenerId),
    );
    const ended: VoiceEndReason[] = [];
    const request = { streamKey: 'north', kind: 'voice' } as const;
    const sessions = await Promise.all([
      room.engine.join({ ...request, guildId: guildA, channelId: lounge }, AbortSignal.timeout(10_000)),
      room.engine.join({ ...request, guildId: guildB, channelId: otherLounge }, AbortSignal.timeout(10_000)),
    ]);
    for (const session of sessions) session.onEnded((reason) => ended.push(reason));
    await untilHeardMore(here, 20);
    await untilHeardMore(there, 20);
    const playedBefore = sessions[0].status().framesPlayed;

    // The library throws out of its websocket handler at this.
    room.server.faults.wrongEpochProposal(guildA, botId);
    await vi.waitFor(() => expect(sessions[1].status().state).toBe('reconnecting'), { timeout: 5_000 });

    await untilHeardMore(here, 30);
    await untilHeardMore(there, 30);
    for (const recording of [here, there]) {
      expect(recording.sequences).not.toContain(-1);
      expect(recording.listener.stats).toMatchObject({ framesPlain: 0 });
    }
    expect(ended).toEqual([]);
    const crash = room.log.find(({ text }) => text === 'voice worker crashed');
    expect(crash?.fields).toMatchObject({ guildId: guildA });
    expect(room.log.find(({ text }) => text.startsWith('voice worker stopped'))?.fields).toMatchObject({
      code: 1,
      restartCount: 1,
    });
    await vi.waitFor(() => {
      for (const session of sessions)
        expect(session.status()).toMatchObject({ state: 'playing', rejoinCount: 1 });
      expect(sessions[0].status().framesPlayed).toBeGreaterThan(playedBefore);
    }, 3_000);
    expect(room.server.faults.connectionCount).toBe(4);
    // To Discord the bot was still there, and asking for the channel one is in may get no answer.
    const asked = room.requests
      .filter(({ guild_id }) => guild_id === guildA)
      .map(({ channel_id }) => channel_id);
    expect(asked).toEqual([lounge, null, lounge]);
  });
});
