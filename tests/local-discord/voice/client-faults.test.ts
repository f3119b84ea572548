import { createSocket } from 'node:dgram';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Listener } from '../../../packages/local-discord/src/voice/contract.ts';
import { bufferedMessagesMax, placesMax } from '../../../packages/local-discord/src/voice/limits.ts';
import { RawClient } from './raw-client.ts';
import { channelId, createStage, guildId, record, type Stage, until } from './stage.ts';

const userId = '100000000000000001';
const sessionId = 'raw-session';
const payload = Buffer.from('an Opus packet, as far as anyone here can tell');

let stage: Stage;
let client: RawClient;
let identity: { server_id: string; user_id: string; session_id: string; token: string };

beforeEach(async () => {
  stage = await createStage();
  const { token } = stage.server.open({ guildId, channelId, userId, sessionId, daveVersion: 0 });
  identity = { server_id: guildId, user_id: userId, session_id: sessionId, token };
  client = new RawClient(stage.server.endpoint);
});

afterEach(async () => {
  await client.close();
  await stage.close();
});

const problems = () => stage.violations.map((violation) => violation.problem);

const refusals: [string, () => unknown, number][] = [
  ['a wrong token', () => client.send(0, { ...identity, token: 'guessed' }), 4004],
  ['another user', () => client.send(0, { ...identity, user_id: '1' }), 4004],
  ['an unknown session', () => client.send(0, { ...identity, session_id: 'unknown' }), 4006],
  ['another guild', () => client.send(0, { ...identity, server_id: '2' }), 4011],
  ['speaking before identifying', () => client.send(5, { speaking: 1, delay: 0, ssrc: 1 }), 4003],
  ['an unknown opcode', () => client.send(99, {}), 4001],
  ['an unknown binary opcode', () => client.sendRaw(Buffer.of(99, 1, 2)), 4001],
  ['no JSON', () => client.sendRaw('{'), 4002],
  ['a field of the wrong type', () => client.send(0, { ...identity, token: 7 }), 4002],
  ['a resume of nothing', () => client.send(7, { ...identity, seq_ack: -1 }), 4006],
  ['a message beyond the size limit', () => client.sendRaw('x'.repeat(70_000)), 1009],
];

for (const [what, act, code] of refusals) {
  test(`${what} is refused with ${code}`, async () => {
    await client.message(8);
    act();
    expect(await client.closed()).toBe(code);
    if (code !== 4006 && code !== 1009) expect(stage.violations).toHaveLength(1);
  });
}

test('a gateway version other than 8 is refused', async () => {
  const old = new RawClient(stage.server.endpoint, '?v=4');
  expect(await old.closed()).toBe(4020);
  await old.close();
});

test('identifying twice, an unknown protocol and an unknown mode are refused', async () => {
  await client.connect(identity);
  client.send(0, identity);
  expect(await client.closed()).toBe(4005);

  for (const [change, code] of [
    [{ protocol: 'webrtc' }, 4012],
    [{ data: { address: '127.0.0.1', port: 9, mode: 'xsalsa20_poly1305' } }, 4016],
  ] as const) {
    const other = new RawClient(stage.server.endpoint);
    await other.message(8);
    other.send(0, identity);
    await other.message(2);
    const data = { address: '127.0.0.1', port: 9, mode: 'aead_aes256_gcm_rtpsize' };
    other.send(1, { protocol: 'udp', data, ...change });
    expect(await other.closed()).toBe(code);
    await other.close();
  }
});

test('numbers start at 1 and the heartbeat is answered with its nonce', async () => {
  await client.connect(identity);
  expect((await client.message(2)).seq).toBe(1);
  client.send(3, { t: 42, seq_ack: 1 });
  expect((await client.message(6)).d).toEqual({ t: 42 });
});

test('a resume replays exactly what came after seq_ack, then says RESUMED', async () => {
  await client.connect(identity);
  const seen = Math.max(...client.received.map((message) => message.seq ?? 0));
  client.drop();
  await client.closed();
  const listeners = await Promise.all(
    ['11', '12'].map((id) => stage.server.listen({ channelId, daveVersion: 0 }, id)),
  );
  const again = new RawClient(stage.server.endpoint);
  await again.message(8);
  again.send(7, { ...identity, seq_ack: seen });
  const resumed = await again.message(9);
  const replayed = again.received.filter((message) => message.seq !== undefined && message.op !== 9);
  expect(replayed.map((message) => message.d)).toEqual([{ user_ids: ['11'] }, { user_ids: ['12'] }]);
  expect(replayed.map((message) => message.seq)).toEqual([seen + 1, seen + 2]);
  expect(resumed.seq).toBe(seen + 3);
  expect(listeners).toHaveLength(2);
  await again.close();
});

test('a resume beyond the buffered messages is refused with 4006', async () => {
  await client.connect(identity);
  client.drop();
  await client.closed();
  for (let count = 0; count <= bufferedMessagesMax / 2; count += 1) {
    (await stage.server.listen({ channelId, daveVersion: 0 }, '11')).leave();
  }
  const again = new RawClient(stage.server.endpoint);
  await again.message(8);
  again.send(7, { ...identity, seq_ack: 2 });
  expect(await again.closed()).toBe(4006);
  await again.close();
});

test('discovery answers with the sender’s own address; keep-alives come back unchanged', async () => {
  await client.connect(identity);
  const found = await client.discover(client.ssrc);
  expect(found.address).toBe('127.0.0.1');
  expect(found.port).toBeGreaterThan(0);
  const keepAlive = Buffer.from('01020304aabbccdd', 'hex');
  expect((await client.exchange(keepAlive)).equals(keepAlive)).toBe(true);
});

async function speak(): Promise<Listener> {
  await client.connect(identity);
  client.send(5, { speaking: 1, delay: 0, ssrc: client.ssrc });
  const listener = await stage.server.listen({ channelId, daveVersion: 0 }, '11');
  client.sendDatagram(client.packet(100, 9600, 1, payload));
  await until('the first packet', () => listener.stats.framesHeard === 1);
  return listener;
}

const transportFaults: [string, () => Buffer, RegExp][] = [
  [
    'a tag that does not fit',
    () => flipped(client.packet(101, 10_560, 2, payload), -6),
    /does not authenticate/,
  ],
  ['a changed header', () => flipped(client.packet(101, 10_560, 2, payload), 7), /does not authenticate/],
  ['a nonce that does not rise', () => client.packet(101, 10_560, 1, payload), /nonce 1 does not rise/],
  ['a repeated sequence', () => client.packet(100, 9600, 2, payload), /sequence 100 after 100/],
  ['a timestamp that stands still', () => client.packet(101, 9600, 2, payload), /timestamp 9600 after 9600/],
  ['a timestamp off the frame grid', () => client.packet(101, 10_000, 2, payload), /timestamp 10000/],
  ['another payload type', () => flipped(client.packet(101, 10_560, 2, payload), 1), /payload type/],
  ['a datagram beyond the limit', () => client.packet(101, 10_560, 2, Buffer.alloc(2100)), /too many/],
  ['RTP of another version', () => flipped(client.packet(101, 10_560, 2, payload), 0), /RTP version/],
];

for (const [what, make, problem] of transportFaults) {
  test(`${what} is a violation and counted`, async () => {
    const listener = await speak();
    client.sendDatagram(make());
    await until('the count', () => listener.stats.transportErrors === 1);
    expect(problems().some((found) => problem.test(found))).toBe(true);
  });
}

function flipped(packet: Buffer, at: number): Buffer {
  const index = at < 0 ? packet.length + at : at;
  packet[index] = packet[index]! ^ 0xff;
  return packet;
}

test('skipped sequence numbers are gaps, not violations; a longer pause in the timestamp is allowed', async () => {
  const listener = await speak();
  client.sendDatagram(client.packet(104, 9600 + 960 * 10, 2, payload));
  await until('the packet', () => listener.stats.framesHeard === 2);
  expect(listener.stats).toMatchObject({ rtpGaps: 3, rtpRepeats: 0, transportErrors: 0 });
  expect(stage.violations).toEqual([]);
});

test('a header extension is taken off the payload', async () => {
  const listener = await speak();
  const heard = record(listener);
  client.sendDatagram(client.packet(101, 10_560, 2, Buffer.concat([Buffer.alloc(4, 7), payload]), true));
  await until('the packet', () => heard.length === 1);
  expect(heard[0]!.payload).toEqual(payload);
});

test('a datagram from another port than the discovered one is not taken', async () => {
  const listener = await speak();
  const packet = client.packet(101, 10_560, 2, payload);
  const { port } = (await client.message(2)).d as { port: number };
  const socket = createSocket('udp4');
  socket.send(packet, port, '127.0.0.1', () => socket.close());
  await until('the count', () => listener.stats.transportErrors === 1);
  expect(listener.stats.framesHeard).toBe(1);
});

test('packets without Speaking are reported once', async () => {
  await client.connect(identity);
  const listener = await stage.server.listen({ channelId, daveVersion: 0 }, '11');
  for (let index = 0; index < 60; index += 1) {
    client.sendDatagram(client.packet(index, index * 960, index + 1, payload));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await until('60 packets', () => listener.stats.framesHeard === 60);
  expect(problems()).toEqual(['50 packets without Speaking']);
});

test('there is a limit of places; a place of the same session takes none', () => {
  const place = (id: number) => ({
    guildId,
    channelId,
    userId,
    sessionId: `s${id}`,
    daveVersion: 1 as const,
  });
  for (let id = 1; id < placesMax; id += 1) stage.server.open(place(id));
  stage.server.open(place(1));
  expect(() => stage.server.open(place(placesMax))).toThrow(
    expect.objectContaining({ code: 'PLAYGROUND_VOICE_FULL' }),
  );
});

test('the voice server says so when it is not running', async () => {
  await client.message(8);
  await stage.server.stop();
  expect(() => stage.server.endpoint).toThrow(
    expect.objectContaining({ code: 'PLAYGROUND_VOICE_NOT_RUNNING' }),
  );
});

test('the same user cannot listen twice in a channel', async () => {
  await stage.server.listen({ channelId, daveVersion: 0 }, '11');
  await expect(stage.server.listen({ channelId, daveVersion: 0 }, '11')).rejects.toMatchObject({
    code: 'PLAYGROUND_VOICE_ALREADY_LISTENING',
  });
});

test('a channel has a limit of listeners', async () => {
  for (let id = 1; id <= 32; id += 1) await stage.server.listen({ channelId, daveVersion: 0 }, String(id));
  await expect(stage.server.listen({ channelId, daveVersion: 0 }, '33')).rejects.toMatchObject({
    code: 'PLAYGROUND_VOICE_FULL',
  });
});
