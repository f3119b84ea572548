import { afterEach, describe, expect, test } from 'vitest';
import { broadcastStart, broadcastStop } from '#contracts/actions/broadcast.ts';
import { relayStart, relayStop } from '#contracts/actions/relay.ts';
import { inA, openDiary, problem, type RelayDiary, stopDiaries, wished } from '../support/relay-diary.ts';

afterEach(stopDiaries);

describe('a relay that ends', () => {
  test('by a person clears the status, leaves and forgets the wish', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    await day.pass(15);
    await day.run(relayStop, { guildId: 'g1' });
    await day.pass(60);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 asks",
        "0 joins a",
        "0 put a",
        "15 status a: 🔊 The Show",
        "15 status a: -",
        "15 leaves a",
        "15 remove a",
      ]
    `);
  });

  test('by a person is forgotten, even if the hub stops or the guild is no home any more meanwhile', async () => {
    const others = {
      'the hub stops': async (day: RelayDiary) => day.audio.stop?.(),
      'no home': async (day: RelayDiary) => day.standings.set('g1', 'foreign'),
    };
    for (const [name, meanwhile] of Object.entries(others)) {
      const day = await openDiary();
      await day.run(relayStart, inA);
      await day.pass(15);
      day.read();
      const cleared = Promise.withResolvers<void>();
      day.statusSilence = cleared.promise;
      const stopped = day.run(relayStop, { guildId: 'g1' });
      await meanwhile(day);
      await day.pass(1);
      cleared.resolve();
      await stopped;
      expect(day.read(), name).toEqual(['15 status a: -', '15 leaves a', '15 remove a']);
    }
  });

  test('by a person does not say while it leaves that it was muted just before', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    await day.pass(15);
    day.read();
    day.session.hindered('muted');
    const cleared = Promise.withResolvers<void>();
    day.statusSilence = cleared.promise;
    const stopped = day.run(relayStop, { guildId: 'g1' });
    await day.pass(1);
    cleared.resolve();
    await stopped;
    expect(day.read()).toEqual(['15 status a: -', '16 leaves a', '16 remove a']);
  });

  test('by its broadcast keeps no wish while it leaves, and takes none from a start in its channel', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    const left = Promise.withResolvers<void>();
    day.voice.leaveSilence = left.promise;
    day.remote.sinks[0]?.end('broadcast-ended');
    await day.pass(0);
    const kept = [...day.intents.rows.keys()];
    await day.run(relayStart, inA);
    left.resolve();
    await day.pass(1);
    expect([kept, [...day.intents.rows.keys()], await day.shown()]).toEqual([[], ['relay/a'], 'a playing']);
  });

  test('by a kick, by its broadcast, by withdrawn trust', async () => {
    const ends = {
      kicked: (day: RelayDiary) => day.session.ended({ kind: 'kicked', error: problem('VOICE_KICKED') }),
      ended: (day: RelayDiary) => day.remote.sinks[0]?.end('broadcast-ended'),
      revoked: (day: RelayDiary) => day.remote.sinks[0]?.end('revoked'),
      narrowed: (day: RelayDiary) => day.remote.sinks[0]?.end('narrowed'),
      forgotten: (day: RelayDiary) => day.communities.forgotten('peer1'),
    };
    const told: Record<string, string[]> = {};
    for (const [name, end] of Object.entries(ends)) {
      const day = await openDiary();
      await day.run(relayStart, inA);
      await day.pass(15);
      day.read();
      end(day);
      end(day);
      await day.pass(60);
      told[name] = [...day.read(), await day.shown()];
    }
    expect(told).toMatchInlineSnapshot(`
      {
        "ended": [
          "15 leaves a",
          "15 says in a: The broadcast “The Show” has ended.",
          "15 remove a",
          "30 status a: -",
          "",
        ],
        "forgotten": [
          "15 leaves a",
          "15 says in a: The relay of “The Show” was stopped: trust between the communities was withdrawn.",
          "15 remove a",
          "30 status a: -",
          "",
        ],
        "kicked": [
          "15 leaves a",
          "15 says in a: VOICE_KICKED. Wait. Everybody with the role publisher or a stronger one may do that.",
          "15 audit relay.kicked",
          "15 remove a",
          "30 status a: -",
          "",
        ],
        "narrowed": [
          "15 leaves a",
          "15 says in a: North no longer shares “The Show” with this server. Once somebody there presses Share again, /play with the name of that community plays it.",
          "15 remove a",
          "30 status a: -",
          "",
        ],
        "revoked": [
          "15 leaves a",
          "15 says in a: The relay of “The Show” was stopped: trust between the communities was withdrawn.",
          "15 remove a",
          "30 status a: -",
          "",
        ],
      }
    `);
  });

  test('because its broadcast or its channel is unknown for a minute', async () => {
    const day = await openDiary(await wished());
    day.remote.offered = [];
    await day.pass(70);
    const gone = await openDiary(await wished());
    gone.guilds.channels.delete('a');
    await gone.pass(120);
    expect(day.read().filter((line) => !line.endsWith('asks'))).toMatchInlineSnapshot(`
      [
        "61.875 says in a: The broadcast “The Show” has ended.",
        "61.875 remove a",
      ]
    `);
    expect(gone.read()).toMatchInlineSnapshot(`
      [
        "64.125 says in a: The channel of this relay is no longer there. Run /relay start for another channel.",
        "64.125 audit relay.channel-gone",
        "64.125 remove a",
      ]
    `);
  });

  test('with its guild’s standing, and is back with it', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    await day.pass(15);
    day.read();
    day.standings.set('g1', 'foreign');
    await day.pass(1);
    day.standings.set('g1', 'home');
    await day.pass(1);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "15 status a: -",
        "15 leaves a",
        "15 says in a: This server is no longer a home server of this hub, so nothing plays here any more. When an operator runs /access home add here, it goes on by itself.",
        "16.125 asks",
        "16.125 joins a",
      ]
    `);
  });

  test('where another takes its place', async () => {
    const day = await openDiary();
    await day.run(relayStart, inA);
    await day.pass(15);
    await day.run(relayStart, { ...inA, channelId: 'b', replace: true });
    await day.pass(15);
    await day.run(relayStart, { ...inA, channelId: 'b', mode: 'constant', replace: true });
    await day.pass(15);
    expect(await day.shown()).toMatchInlineSnapshot(`"b playing"`);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 asks",
        "0 joins a",
        "0 put a",
        "15 status a: 🔊 The Show",
        "15 asks",
        "15 joins b",
        "15 says in a: Another relay was started in this server, and the bot can play in one voice channel of a server at a time. Run /relay start here again if this one should come back.",
        "15 remove a",
        "15 put b",
        "30 status a: -",
        "30 status b: 🔊 The Show",
        "30 asks",
        "30 joins b",
        "30 says in b: Another relay was started in this server, and the bot can play in one voice channel of a server at a time. Run /relay start here again if this one should come back.",
        "30 remove b",
        "30 put b",
      ]
    `);
  });

  test('with the broadcast, one of ours', async () => {
    const day = await openDiary();
    const { id } = await day.run(broadcastStart, { guildId: 'g1', source: 'tone' });
    await day.run(relayStart, { ...inA, broadcast: id });
    day.read();
    await day.run(broadcastStop, { guildId: 'g1', broadcast: id });
    await day.pass(0);
    expect(day.read()).toMatchInlineSnapshot(`
      [
        "0 leaves a",
        "0 says in a: The broadcast “Test tone, 440 Hz” has ended.",
        "0 remove aaaaaaaa",
        "0 remove a",
      ]
    `);
  });
});
