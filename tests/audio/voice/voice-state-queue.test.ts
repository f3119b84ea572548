import type { GatewayVoiceStateUpdateData } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { voiceSendBurstMax, voiceSendRetryMs } from '#audio/voice/limits.ts';
import { VoiceStateQueue } from '#audio/voice/voice-state-queue.ts';
import { FakeClock } from '../../support/fake-clock.ts';

function payload(guildId: string, channelId: string | null): GatewayVoiceStateUpdateData {
  return { guild_id: guildId, channel_id: channelId, self_mute: false, self_deaf: true };
}

function setUp() {
  const clock = new FakeClock();
  const queue = new VoiceStateQueue({ clock });
  const sent: { guildId: string; channelId: string | null; atMs: number }[] = [];
  const gateway = { open: true };
  const send = (each: GatewayVoiceStateUpdateData) => {
    if (gateway.open)
      sent.push({ guildId: each.guild_id, channelId: each.channel_id, atMs: clock.monotonicMs() });
    return gateway.open;
  };
  return { clock, queue, sent, gateway, send };
}

describe('voice state queue', () => {
  test('never takes more than 100 of the gateway’s 120 sends in any minute', async () => {
    const { clock, queue, sent, send } = setUp();
    for (let index = 0; index < 300; index++) queue.send(payload(`g${index}`, 'c'), send);
    expect(sent).toHaveLength(voiceSendBurstMax);
    await clock.advance(240_000);
    expect(sent).toHaveLength(300);
    for (const { atMs } of sent) {
      const inMinute = sent.filter((other) => other.atMs >= atMs && other.atMs < atMs + 60_000);
      expect(inMinute.length).toBeLessThanOrEqual(100);
    }
  });

  test('isn’t held up by a guild whose gateway is down', async () => {
    const { clock, queue, sent, gateway, send } = setUp();
    const open = { up: false };
    queue.send(payload('down', 'c'), () => open.up);
    queue.send(payload('up', 'c'), send);
    expect(sent.map(({ guildId }) => guildId)).toEqual(['up']);
    expect([queue.waitingCount, gateway.open]).toEqual([1, true]);
    open.up = true;
    await clock.advance(voiceSendRetryMs);
    expect(queue.waitingCount).toBe(0);
  });

  test('keeps a leave before a join, and only the last wish of a guild', async () => {
    const { clock, queue, sent, gateway, send } = setUp();
    gateway.open = false;
    queue.send(payload('g', 'a'), send);
    queue.send(payload('g', null), send);
    queue.send(payload('g', 'b'), send);
    queue.send(payload('g', 'c'), send);
    expect(queue.waitingCount).toBe(2);
    gateway.open = true;
    await clock.advance(voiceSendRetryMs);
    expect(sent.map(({ channelId }) => channelId)).toEqual([null, 'c']);
  });

  test('tells when all of a guild has gone out', async () => {
    const { clock, queue, gateway, send } = setUp();
    let told = 0;
    queue.after('g', () => told++);
    expect(told).toBe(1);
    gateway.open = false;
    queue.send(payload('g', null), send);
    queue.after('g', () => told++);
    expect(told).toBe(1);
    gateway.open = true;
    await clock.advance(voiceSendRetryMs);
    expect(told).toBe(2);
  });

  test('drops the joins of a guild that nobody wants any more, not its leave', async () => {
    const { clock, queue, sent, gateway, send } = setUp();
    gateway.open = false;
    queue.send(payload('g', null), send);
    queue.send(payload('g', 'a'), send);
    queue.send(payload('other', 'b'), send);
    queue.dropJoins('g');
    gateway.open = true;
    await clock.advance(voiceSendRetryMs);
    expect(sent.map(({ guildId, channelId }) => [guildId, channelId])).toEqual([
      ['g', null],
      ['other', 'b'],
    ]);
  });
});
