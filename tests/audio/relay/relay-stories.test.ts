import { afterEach, describe, expect, test } from 'vitest';
import { relayConfigure, relayStart } from '#contracts/actions/relay.ts';
import { inA, openDiary, problem, stopDiaries, wished } from '../support/relay-diary.ts';

afterEach(stopDiaries);

// What a relay does and says, in its order and at its time: chance is always a half here.

describe('a relay that is tried again', () => {
  test('asks often at first, more seldom later, and at once when its community is there', async () => {
    const day = await openDiary(await wished());
    day.guilds.isConnected = false;
    await day.pass(2);
    day.guilds.isConnected = true;
    day.remote.failing = problem('MESH_UNREACHABLE');
    await day.pass(20);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "3.875 asks",
        "5.875 asks",
        "7.875 asks",
        "9.875 asks",
        "11.875 asks",
        "13.875 asks",
        "15.875 asks",
        "17.875 asks",
        "19.875 asks",
        "21.875 asks",
      ]
    `);
    expect(await day.shown()).toMatchInlineSnapshot(`"a reconnecting MESH_UNREACHABLE"`);
    day.remote.failing = undefined;
    day.communities.connected('peer1');
    await day.pass(0);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "22 asks",
        "22 joins a",
      ]
    `);
    expect(await day.shown()).toMatchInlineSnapshot(`"a playing"`);
  });

  test('bothers Discord less and less, and says when again once that is long', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    day.session.ended({ kind: 'failed', error: problem('VOICE_LOST') });
    const shown = [await day.shown()];
    for (let count = 0; count < 8; count++) {
      day.voice.failNext = problem('VOICE_JOIN_TIMEOUT');
      await day.pass(0.5 + 2 ** count / 2);
      shown.push(await day.shown());
    }
    expect(shown).toMatchInlineSnapshot(`
      [
        "a reconnecting VOICE_LOST",
        "a reconnecting VOICE_JOIN_TIMEOUT",
        "a reconnecting VOICE_JOIN_TIMEOUT",
        "a reconnecting VOICE_JOIN_TIMEOUT",
        "a reconnecting VOICE_JOIN_TIMEOUT",
        "a reconnecting VOICE_JOIN_TIMEOUT again at 34.5",
        "a reconnecting VOICE_JOIN_TIMEOUT again at 65",
        "a reconnecting VOICE_JOIN_TIMEOUT again at 95.5",
        "a playing",
      ]
    `);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 asks",
        "0 joins a",
        "0 put a",
        "1 asks",
        "2.5 asks",
        "5 asks",
        "9.5 asks",
        "18 asks",
        "34.5 asks",
        "65 asks",
        "95.5 asks",
        "126 asks",
        "126 joins a",
      ]
    `);
  });

  test('waits as long as Discord wants, even if people come or connect', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    day.session.ended({ kind: 'failed', error: problem('VOICE_RATE_LIMITED') });
    await day.pass(1);
    day.communities.connected('peer1');
    day.people.become(3);
    const shown = await day.shown();
    await day.pass(600);
    expect([shown, await day.shown()]).toMatchInlineSnapshot(`
      [
        "a reconnecting VOICE_RATE_LIMITED again at 450",
        "a playing",
      ]
    `);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 asks",
        "0 joins a",
        "0 put a",
        "450 asks",
        "450 joins a",
        "450 status a: 🔊 The Show",
      ]
    `);
  });

  test('rests, and says so once, when trying can’t help', async () => {
    const day = await openDiary(await wished());
    day.voice.failNext = problem('VOICE_ENCRYPTION_UNSUPPORTED');
    await day.pass(600);
    day.communities.connected('peer1');
    day.people.become(3);
    await day.pass(600);
    expect(await day.shown()).toMatchInlineSnapshot(`"a refused VOICE_ENCRYPTION_UNSUPPORTED"`);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0.125 asks",
        "0.125 says in a: VOICE_ENCRYPTION_UNSUPPORTED. Wait.",
      ]
    `);
  });

  test('lets go of an attempt for a start that people ask for, and goes on when that fails', async () => {
    const day = await openDiary(await wished());
    const held = Promise.withResolvers<void>();
    day.voice.silence = held.promise;
    await day.pass(0.125);
    const start = day.run(relayStart, { ...inA, channelId: 'b' });
    await expect(start).rejects.toMatchObject({ code: 'RELAY_WOULD_REPLACE' });
    const shown = await day.shown();
    held.resolve();
    await day.pass(10);
    expect([shown, await day.shown()]).toMatchInlineSnapshot(`
      [
        "a reconnecting RELAY_STOPPED",
        "a playing",
      ]
    `);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0.125 asks",
        "1.625 asks",
        "1.625 joins a",
      ]
    `);
  });
});

describe('a relay that waits', () => {
  test('for the next broadcast of its title', async () => {
    const day = await openDiary();
    await day.run(relayStart, { ...inA, mode: 'constant' });
    day.remote.offered = [];
    day.remote.sinks[0]?.end('broadcast-ended');
    await day.pass(90);
    const shown = await day.shown();
    day.remote.offered = [{ id: 'show2', title: 'The Show', startedAtMs: 0, subscriberCount: 0 }];
    await day.pass(20);
    expect([shown, await day.shown()]).toMatchInlineSnapshot(`
      [
        "a reconnecting AUDIO_UNKNOWN_BROADCAST again at 90.5",
        "a playing",
      ]
    `);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 asks",
        "0 joins a",
        "0 put a",
        "0 leaves a",
        "0.5 asks",
        "1.5 asks",
        "3.5 asks",
        "7.5 asks",
        "15.5 asks",
        "30.5 asks",
        "45.5 asks",
        "60.5 asks",
        "75.5 asks",
        "90.5 asks",
        "90.5 joins a",
        "105 status a: 🔊 The Show",
      ]
    `);
  });

  test('for people, and leaves some time after them', async () => {
    const day = await openDiary();
    await day.run(relayConfigure, { guildId: 'g1', leaveAfterMs: 10_000 });
    await day.run(relayStart, { ...inA, mode: 'auto' });
    const shown = [await day.shown()];
    day.people.become(1);
    shown.push(await day.shown());
    await day.pass(1);
    shown.push(await day.shown());
    day.people.become(0);
    await day.pass(5);
    day.people.become(2);
    await day.pass(20);
    day.people.become(0);
    await day.pass(11);
    shown.push(await day.shown());
    day.voice.failNext = problem('VOICE_RATE_LIMITED');
    day.people.become(1);
    await day.pass(2);
    day.people.become(0);
    await day.pass(15);
    shown.push(await day.shown());
    day.people.become(1);
    shown.push(await day.shown());
    await day.pass(600);
    shown.push(await day.shown());
    expect(shown).toMatchInlineSnapshot(`
      [
        "a idle",
        "a reconnecting",
        "a playing",
        "a idle",
        "a idle VOICE_RATE_LIMITED again at 487",
        "a reconnecting VOICE_RATE_LIMITED again at 487",
        "a playing",
      ]
    `);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 asks",
        "0 put a",
        "0 asks",
        "0 joins a",
        "15 status a: 🔊 The Show",
        "36 leaves a",
        "37 asks",
        "45 status a: -",
        "487 asks",
        "487 joins a",
        "495 status a: 🔊 The Show",
      ]
    `);
  });
});

describe('a relay that plays', () => {
  test('is moved, hindered, parked and cooling, and says what people should know', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    day.session.moved('b');
    await day.pass(1);
    const shown = [await day.shown()];
    day.session.parked(problem('VOICE_PARKED'));
    day.session.cooling(problem('VOICE_GAVE_UP'));
    day.session.hindered('muted');
    await day.pass(1);
    shown.push(await day.shown());
    day.session.hindered(undefined);
    await day.pass(1);
    shown.push(await day.shown());
    day.session.moved('stage');
    day.session.hindered('suppressed');
    await day.pass(1);
    shown.push(await day.shown());
    expect(shown).toMatchInlineSnapshot(`
      [
        "b playing",
        "b muted",
        "b playing",
        "stage suppressed",
      ]
    `);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 asks",
        "0 joins a",
        "0 put a",
        "0 put b",
        "0 remove a",
        "1 says in b: VOICE_PARKED. Wait.",
        "1 says in b: VOICE_GAVE_UP. Wait.",
        "1.3 says in b: Nobody hears the bot in “room b”: it was muted. Unmute it (right-click → Server Mute) or end the relay with /relay stop.",
        "3 put stage",
        "3 remove b",
        "3.3 asks to speak in stage",
      ]
    `);
  });
});
