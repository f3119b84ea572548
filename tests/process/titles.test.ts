import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MemberSession } from '@guildmesh/local-discord/contract';
import type { Listener } from '@guildmesh/local-discord/voice/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ids } from '#demo/north-and-south.ts';
import { amplitudeOf, decoded } from '../audio/capture/tones.ts';
import { ffmpeg, ffmpegMissing } from '../audio/support/ffmpeg.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import {
  meet,
  offered,
  say,
  startTwoCommunities,
  type TwoCommunities,
  until,
} from './support/two-communities.ts';

/** Long enough to be seen on everything that shows it, the channel’s status within its 15 s. */
const songSeconds = 22;
const songs = [
  { hertz: 500, title: 'Ada – Erstes' },
  { hertz: 1_000, title: 'Ada – Zweites' },
  { hertz: 1_500, title: 'Ada – Drittes' },
];
const framesOfALook = 25;

describe.skipIf(ffmpegMissing)('three songs of a folder', () => {
  let world: TwoCommunities;
  const library = temporaryFolder();
  beforeAll(async () => {
    mkdirSync(join(library.path, 'evening'));
    for (const [index, { hertz, title }] of songs.entries()) {
      const [artist = '', name = ''] = title.split(' – ');
      const tags = ['-metadata', `artist=${artist}`, '-metadata', `title=${name}`];
      const path = join(library.path, 'evening', `${index + 1}.mp3`);
      ffmpeg('-f', 'lavfi', '-i', `sine=${hertz}:d=${songSeconds}`, ...tags, path);
    }
    world = await startTwoCommunities({ north: { GUILDMESH_AUDIO_LIBRARY_DIR: library.path } });
    await meet(world);
  }, 60_000);
  afterAll(async () => {
    await world.close();
    library[Symbol.dispose]();
  });

  /** Which of the songs somebody hears now. */
  function ear(who: Listener): { hertz: () => Promise<number | undefined> } {
    const packets: Buffer[] = [];
    who.onFrame(({ payload, silence }) => {
      if (!silence) packets.push(Buffer.from(payload));
    });
    return {
      hertz: async () => {
        const samples = await decoded(packets.slice(-framesOfALook));
        return songs.find(({ hertz }) => amplitudeOf(samples, hertz) > 1_000)?.hertz;
      },
    };
  }

  const status = () => world.playground.world.voiceStatus(ids.southGuild, ids.southLounge);
  const plain = (text: string) => text.replaceAll('\\', '');

  test('are shown wherever they are heard, while they are heard', async () => {
    const { playground, ada, sol } = world;
    const mika = playground.as(ids.mika, ids.southGuild);
    const south = ear(await mika.listen(ids.southLounge));
    await say(ada, '/broadcast start source:evening/');
    await say(sol, `/relay start broadcast:"${await offered(sol)}" channel:#Lounge`);
    await say(sol, '/relay panel');
    const panel = () =>
      plain(
        playground.world
          .messages(ids.southGeneral)
          .map((message) => JSON.stringify(message))
          .join('\n'),
      );
    for (const { hertz, title } of songs) {
      await until(`${hertz} Hz`, async () => (await south.hertz()) === hertz, 30_000);
      // A voice thread reports twice a second.
      const shows = async (who: MemberSession, typed: string) => plain(await say(who, typed)).includes(title);
      await until(`/relay status to show ${title}`, () => shows(sol, '/relay status'), 6_000);
      await until(`/broadcast list to show ${title}`, () => shows(ada, '/broadcast list'), 6_000);
      expect(await south.hertz()).toBe(hertz);
      await until(`the panel to show ${title}`, async () => panel().includes(title), 8_000);
      await until(`the channel to show ${title}`, async () => status().includes(title), 18_000);
    }
  }, 120_000);
});
