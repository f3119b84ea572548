import { afterEach, describe, expect, test } from 'vitest';
import type { BroadcastComponents } from '#audio/broadcast/broadcast.ts';
import { Programmes } from '#audio/broadcast/programmes.ts';
import { ProgrammeStream } from '#audio/relay/programme-stream.ts';
import type { SourceFrame, SourceRequest } from '#audio/source/contract.ts';
import { OpenedSource } from '#audio/source/opened-source.ts';
import { relayStart } from '#contracts/actions/relay.ts';
import { systemChance, systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { rejection } from '../../support/rejection.ts';
import { until } from '../support/harness.ts';
import { VoicePort, voiceChannel } from '../support/ports.ts';
import { inA, openDiary, problem, type RelayDiary, stopDiaries, wished } from '../support/relay-diary.ts';

afterEach(stopDiaries);

const inC = { ...inA, guildId: 'g2', channelId: 'c' };
const frame = { streamId: 1, sequence: 0, captureTimeMs: 0, payload: Uint8Array.of(0xfc, 1) };
const nothing = { left: true, closed: true, wishes: [] };

function leftBy(day: RelayDiary) {
  return {
    left: day.voice.sessions.every(({ left }) => left),
    closed: day.voice.streams.every(({ closed }) => closed),
    wishes: [...day.intents.rows.keys()],
  };
}

describe('a stream that is over while Discord lets the relay in', () => {
  test('ends the start with its reason, and leaves nothing in the channel', async () => {
    const codes = [
      ['broadcast-ended', 'AUDIO_UNKNOWN_BROADCAST'],
      ['unserved', 'AUDIO_UNKNOWN_BROADCAST'],
      ['narrowed', 'AUDIO_UNKNOWN_BROADCAST'],
      ['revoked', 'AUDIO_COMMUNITY_UNTRUSTED'],
    ] as const;
    for (const [reason, code] of codes) {
      const day = await openDiary();
      day.voice.onJoin = () => day.remote.sinks[0]?.end(reason);
      expect(await rejection(day.run(relayStart, inA)), reason).toMatchObject({ code });
      expect(leftBy(day), reason).toEqual(nothing);
    }
  });

  test('is taken afresh by one that is brought back', async () => {
    const day = await openDiary(await wished());
    day.voice.onJoin = () => {
      day.voice.onJoin = () => {};
      day.remote.sinks[0]?.end('broadcast-ended');
    };
    await day.pass(10);
    expect([await day.shown(), day.remote.sinks.length]).toEqual(['a playing', 2]);
    day.remote.sinks[1]?.frame(frame);
    expect(day.voice.streams.at(-1)?.frames).toEqual([frame]);
    expect(day.voice.sessions.map(({ left }) => left)).toEqual([true, false]);
  });

  test('is subscribed anew for the next that wants it, and plays for both', async () => {
    const day = await openDiary();
    const [first, answered] = await waiting(day);
    day.remote.sinks[0]?.end('broadcast-ended');
    await day.run(relayStart, inC);
    day.remote.sinks[1]?.frame(frame);
    answered.resolve();
    expect(await first).toMatchObject({ state: 'playing' });
    expect([day.remote.sinks.length, day.voice.streams.map(({ frames }) => frames)]).toEqual([2, [[frame]]]);
  });

  test('stays over when the next can’t subscribe', async () => {
    const day = await openDiary();
    const [first, answered] = await waiting(day);
    day.remote.sinks[0]?.end('broadcast-ended');
    day.remote.refusing = problem('MESH_UNREACHABLE');
    expect(await rejection(day.run(relayStart, inC))).toMatchObject({ code: 'MESH_UNREACHABLE' });
    answered.resolve();
    expect(await rejection(first)).toMatchObject({ code: 'AUDIO_UNKNOWN_BROADCAST' });
    expect(leftBy(day)).toEqual(nothing);
  });

  test('is noticed, whatever the moment', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const day = await openDiary();
      day.voice.onJoin = () => void microtasks(turns).then(() => day.remote.sinks[0]?.end('broadcast-ended'));
      await day.run(relayStart, inA).catch(() => {});
      await microtasks(100);
      expect([turns, leftBy(day)]).toEqual([turns, nothing]);
    }
  });
});

test('a list whose sources are all over is opened afresh', async () => {
  const clock = systemClock();
  const broken: (() => void)[] = [];
  const source = ({ name }: SourceRequest) => {
    const breaks = Promise.withResolvers<void>();
    broken.push(breaks.resolve);
    async function* frames(): AsyncGenerator<SourceFrame> {
      yield { payload: frame.payload };
      await breaks.promise;
      throw problem('AUDIO_SOURCE_STUCK');
    }
    const facts = { title: name, pace: 'radio', passedThrough: false } as const;
    return new OpenedSource({ clock }, { name, open: async () => ({ facts, frames: frames(), close() {} }) });
  };
  const components = { clock, chance: systemChance(), logger: silentLogger(), sources: { source } };
  const programmes = new Programmes(components as unknown as BroadcastComponents, {
    ...{ openTimeoutMs: 2_000, idleTimeoutMs: 2_000, stallTimeoutMs: 1_000, returnAfterMs: 1_000 },
  });
  const told: string[] = [];
  const stream = new ProgrammeStream(
    { programmes, voice: new VoicePort() },
    {
      ...{ key: 'list', sources: ['one'], title: 'The Show', owner: 'g1', onSwitch: () => {} },
      onOver: (reason) => told.push(reason),
    },
  );
  await stream.open();
  expect(stream.over).toBeUndefined();
  broken[0]?.();
  await until(() => told.length === 1);
  expect([stream.over, told]).toEqual(['broadcast-ended', ['broadcast-ended']]);
  await stream.open();
  expect([stream.over, stream.connected, broken.length]).toEqual([undefined, true, 2]);
  stream.close();
});

/** A start that Discord lets wait, and its answer. */
async function waiting(day: RelayDiary) {
  const answered = Promise.withResolvers<void>();
  day.guilds.channels.set('c', voiceChannel('c', { guildId: 'g2' }));
  day.voice.silence = answered.promise;
  const start = day.run(relayStart, inA);
  await day.pass(0);
  day.voice.silence = undefined;
  return [start, answered] as const;
}

async function microtasks(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}
