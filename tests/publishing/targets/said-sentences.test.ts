import { ChannelType } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { publishCreate } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { faultSentence, readInput } from '#contracts/input-words.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { plugins } from '#plugins/index.ts';
import { meantOptions } from '#publishing/targets/meant-options.ts';
import { parsedOptions } from '#publishing/targets/options-check.ts';

const news = { id: '300000000000000001', type: ChannelType.GuildText };
const twins = [
  { id: '300000000000000002', type: ChannelType.GuildText },
  { id: '300000000000000003', type: ChannelType.GuildText },
];
const names = {
  called: (name: string) =>
    name === 'news' ? [news, { id: '4', type: ChannelType.GuildForum }] : name === 'two' ? twins : [],
};

/** What a place with these options becomes, or the sentences that refuse it. */
function setUp(id: string, options: Record<string, unknown>): unknown {
  const publisher = plugins.find((plugin) => plugin.id === id);
  if (!publisher) throw new Error(id);
  try {
    return parsedOptions(publisher, meantOptions(publisher, options, names));
  } catch (error) {
    if (!isGuildmeshError(error)) throw error;
    return error.message;
  }
}

const wayback = { kind: 'item', project: 'north-choir' };
const site = { kind: 'release', owner: 'acme', repo: 'site' };

describe('what people write about a place is taken', () => {
  test.each<[string, string, Record<string, unknown>, object]>([
    ['a channel by its name', 'discord', { kind: 'message', channelId: '#news' }, { channelId: news.id }],
    [
      'a channel by its mention',
      'discord',
      { kind: 'message', channelId: `<#${news.id}>` },
      { channelId: news.id },
    ],
    [
      'a channel by its link',
      'discord',
      { kind: 'message', channelId: `https://discord.com/channels/200000000000000001/${news.id}` },
      { channelId: news.id },
    ],
    ['yes', 'discord', { kind: 'announcement', channelId: news.id, crosspost: 'yes' }, { crosspost: true }],
    [
      'a time with its unit',
      'discord',
      { kind: 'forum', channelId: news.id, autoArchiveMinutes: '1 day' },
      { autoArchiveMinutes: 1_440 },
    ],
    [
      'owner and name in one',
      'github',
      { kind: 'release', owner: 'acme/site' },
      { owner: 'acme', repo: 'site' },
    ],
    [
      'a name that includes the owner',
      'github',
      { ...site, owner: undefined, repo: 'acme/site' },
      { repo: 'site' },
    ],
    [
      'a pasted address',
      'github',
      { kind: 'release', repo: 'https://github.com/acme/site' },
      { owner: 'acme', repo: 'site' },
    ],
    [
      'a project as it is called',
      'archive-org',
      { kind: 'item', project: 'My Project' },
      { project: 'my-project' },
    ],
    [
      'a server without https',
      'mastodon',
      { instance: 'mastodon.social' },
      { instance: 'https://mastodon.social' },
    ],
  ])('%s', (_, id, options, meant) => {
    const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
    expect(setUp(id, given)).toMatchObject(meant);
  });

  test('a name for it as people write names', () => {
    const read = readInput(targetAdd.input, { guildId: '1', name: 'My News!', publisher: 'x' });
    expect(read).toMatchObject({ data: { name: 'my-news' } });
  });
});

describe('what can’t be taken is said in words', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      'discord',
      { kind: 'massage' },
      /can be message, announcement, forum or webhook, not “massage”\. Did you mean message\?/,
    ],
    ['discord', {}, /is missing: message, announcement, forum or webhook\./],
    ['discord', { kind: 'message' }, /“Channel” is missing/],
    ['discord', { kind: 'message', channelId: '#two' }, /^2 channels here are called #two\.$/],
    ['discord', { kind: 'message', channelId: '#gone' }, /^No channel here that fits is called #gone\.$/],
    [
      'discord',
      { kind: 'forum', channelId: news.id, autoArchiveMinutes: '30 min' },
      /can be .*1 hour.*1 week.*, not “30 min”/,
    ],
    ['discord', { kind: 'announcement', channelId: news.id, crosspost: 'perhaps' }, /must be yes or no/],
    ['github', { ...site, app: 7 }, /needs parts of its own: “id” and “installationId”/],
    ['huggingface', { kind: 'models', repo: 'a/b' }, /, not “models”\. Did you mean /],
    ['archive-org', { kind: 'item' }, /is missing, such as north-choir/],
    ['archive-org', { ...wayback, metadata: 'creator' }, /must be names with values, such as /],
    ['x', { threadPartsMax: 26 }, /may be 25 posts at most/],
    ['webhook', { dedupe: 'maybe' }, /can be .*, not “maybe”/],
    ['x', { posts: 3 }, /There is no “posts” here/],
  ])('%s %o', (id, options, said) => {
    expect(setUp(id, options)).toMatch(said);
  });

  test('content: every problem at once, a list by its place', () => {
    const content = { title: '', body: 'b', tags: ['a', 'x'.repeat(65)], link: 'example.com' };
    const read = readInput(publishCreate.input, { guildId: '1', content, targets: [] });
    expect('faults' in read ? read.faults.map(faultSentence) : []).toEqual([
      '“title” in “content” is empty.',
      'The second of “tags” in “content” may have 64 characters at most.',
      '“targets” is empty.',
    ]);
  });
});
