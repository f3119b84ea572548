import { afterEach, expect, test } from 'vitest';
import { relayStart } from '#contracts/actions/relay.ts';
import { inA, openDiary, problem, type RelayDiary, stopDiaries } from '../support/relay-diary.ts';

const lost = { kind: 'failed', error: problem('VOICE_LOST') } as const;

afterEach(stopDiaries);

async function playing(): Promise<RelayDiary> {
  const diary = await openDiary();
  await diary.run(relayStart, inA);
  diary.read();
  return diary;
}

test('a channel that is unknown twice, each time for a moment, ends no relay', async () => {
  const day = await playing();
  const channel = day.guilds.voiceChannel('g1', 'a');
  if (!channel) throw new Error('no channel to begin with');
  for (let count = 0; count < 2; count++) {
    day.guilds.channels.delete('a');
    day.session.ended(lost);
    await day.pass(5);
    day.guilds.channels.set('a', channel);
    await day.pass(60);
    expect(await day.shown(), `after ${count}`).toBe('a playing');
  }
  expect([...day.intents.rows.keys()]).toEqual(['relay/a']);
});

test('what hindered it before voice was lost is neither told later nor shown when it is back', async () => {
  const day = await playing();
  day.session.hindered('muted');
  day.session.ended(lost);
  await day.pass(10);
  expect(await day.shown()).toBe('a playing');
  expect(day.read().filter((line) => line.includes('says'))).toEqual([]);
});

test('voice that is lost as soon as it is there is noticed, whatever the moment', async () => {
  for (let turns = 0; turns < 40; turns++) {
    const day = await playing();
    day.voice.onJoin = () => {
      day.voice.onJoin = () => {};
      void after(turns).then(() => day.session.ended(lost));
    };
    day.session.ended(lost);
    await day.pass(60);
    expect([turns, day.voice.sessions.length, await day.shown()]).toEqual([turns, 3, 'a playing']);
  }
});

async function after(turns: number): Promise<void> {
  for (let turn = 0; turn < turns; turn++) await Promise.resolve();
}
