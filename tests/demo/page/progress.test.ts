import { expect, test } from 'vitest';
import { firstMinute } from '#demo/first-minute.ts';
import { progressOf, type SeenGuild } from '#demo/page/progress.ts';
import { stepsOf } from '#demo/page/steps.ts';

const { north, south } = firstMinute;
const voice = { user_id: north.botId, channel_id: north.voiceId };

function guild(at: typeof north, frames: number, voiceStates: SeenGuild['voiceStates'] = []): SeenGuild {
  const { guildId: id, botId: speakerId } = at;
  return { id, botsOnline: [speakerId], voiceStates, heard: [{ speakerId, framesDecrypted: frames }] };
}

function passedOn({ heard, ...seen }: SeenGuild): SeenGuild {
  return { ...seen, heard: heard.map((each) => ({ ...each, soundOf: north.botId })) };
}

test.each<[string, SeenGuild[], string[]]>([
  ['nothing', [], []],
  ['the bot came in', [guild(north, 0, [voice])], ['playing']],
  ['the bot left the channel', [guild(north, 0, [{ ...voice, channel_id: null }])], []],
  ['less than a second was heard', [guild(north, 49)], []],
  ['a second was heard, before this page was opened', [guild(north, 50)], ['playing', 'heard']],
  [
    'South heard its own music, while North played, too',
    [guild(north, 50, [voice]), guild(south, 50)],
    ['playing', 'heard'],
  ],
  ['South heard less than a second of it', [passedOn(guild(south, 49))], []],
  [
    'South heard it, and North has left the channel where nobody was',
    [guild(north, 50), passedOn(guild(south, 50))],
    ['playing', 'heard', 'heard-there'],
  ],
])('%s', (_what, guilds, done) => {
  expect([...progressOf(firstMinute, guilds, new Set())]).toEqual(done);
});

test('publishing is done once the stand-ins show something, where there are any', () => {
  const seen = (arrivedCount: number) => ({
    ...firstMinute,
    elsewhere: { pageUrl: 'http://127.0.0.1:9', arrivedCount },
  });
  expect([...progressOf(seen(0), [], new Set())]).toEqual([]);
  expect([...progressOf(seen(1), [], new Set())]).toEqual(['published']);
  expect(stepsOf(seen(0)).map(({ id }) => id)).toContain('published');
  expect(stepsOf(firstMinute).map(({ id }) => id)).not.toContain('published');
});

test('a step stays done', () => {
  expect([...progressOf(firstMinute, [], new Set(['playing']))]).toEqual(['playing']);
});

test('another speaker is not the bot', () => {
  const [only] = [guild(north, 50)].map((each) => ({
    ...each,
    heard: each.heard.map((heard) => ({ ...heard, speakerId: '1' })),
  }));
  expect(only && progressOf(firstMinute, [only], new Set()).size).toBe(0);
});
