import { afterAll, expect } from 'vitest';
import { discord as discordPlugin } from '#plugins/discord/index.ts';
import { discordOptions } from '#plugins/discord/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { ids } from '../../local-discord/support/small-world.ts';
import { officialDescriptionPath } from '../../support/official-discord.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { artifactsOf, mediaOf } from '../compliance/attempt.ts';
import { describeCompliance, tooLarge } from '../compliance.ts';
import { botToken, PlaygroundPlatform, webhookUrl } from './playground-platform.ts';

const discord = await assembled(discordPlugin);

const state = temporaryFolder();
const opened: PlaygroundPlatform[] = [];
afterAll(() => {
  state[Symbol.dispose]();
  const judgedCount = opened.reduce((sum, { judge }) => sum + (judge?.judgedCount ?? 0), 0);
  process.stderr.write(`discord: ${judgedCount} bodies judged by the official description\n`);
  if (officialDescriptionPath()) expect(judgedCount).toBeGreaterThan(100);
});

const image = new Uint8Array(3_000).fill(1);
const media = [mediaOf(image, 'Bild 1.png', 'image/png')];
const content = {
  title: 'Release 1.2',
  body: '# It is **out**\n\n@everyone <@300000000000000002>',
  tags: ['audio', 'live audio'],
  link: 'https://example.org/1.2',
  media,
};
const rateLimits = [
  {
    name: 'a body far longer than the header',
    answer: {
      status: 429,
      headers: { 'retry-after': '1' },
      body: { message: 'x', retry_after: 1_163.2, global: false },
    },
    retryAfterMs: 1_163_200,
  },
  {
    name: 'a header longer than the body',
    answer: {
      status: 429,
      headers: { 'retry-after': '30' },
      body: { message: 'x', retry_after: 0.3, global: true },
    },
    retryAfterMs: 30_000,
  },
  {
    name: 'a ban with a page of HTML',
    answer: { status: 429, headers: { 'retry-after': '600' }, body: '<html>' },
    retryAfterMs: 600_000,
  },
];
const fileLimits = [
  {
    name: 'a large file',
    content: { media: [tooLarge(media[0]!, 10 * 1024 * 1024 + 1)] },
    problem: /10 MiB/,
  },
  {
    name: 'eleven files',
    content: { media: Array.from({ length: 11 }, () => media[0]!) },
    problem: /10 files/,
  },
  {
    name: 'files too large together',
    content: { media: [1, 2, 3].map(() => tooLarge(media[0]!, 9 * 1024 * 1024)) },
    problem: /25 MiB/,
  },
];

function shared(name: string, options: object, webhookChannelId?: string) {
  return {
    name,
    publisher: discord,
    options: discordOptions.parse(options),
    content,
    artifacts: artifactsOf([image]),
    credentialNames: ['botToken', 'webhookUrl'],
    credentialValues: { botToken, webhookUrl },
    lostRights: [
      {
        name: 'a channel that is gone',
        answer: { status: 404, body: { code: 10003, message: 'Unknown Channel' } },
      },
      {
        name: 'a server that is gone',
        answer: { status: 404, body: { code: 10004, message: 'Unknown Guild' } },
      },
      {
        name: 'a channel it can’t see',
        answer: { status: 403, body: { code: 50001, message: 'Missing Access' } },
      },
      {
        name: 'a permission it lacks',
        answer: { status: 403, body: { code: 50013, message: 'Missing Permissions' } },
      },
    ],
    rateLimits,
    limits: fileLimits,
    open: async () => {
      const platform = await PlaygroundPlatform.open(
        state.path,
        webhookChannelId ? { webhookChannelId } : {},
      );
      opened.push(platform);
      return platform;
    },
  };
}

describeCompliance(shared('discord message', { kind: 'message', channelId: ids.text }));
describeCompliance(
  shared('discord announcement', { kind: 'announcement', channelId: ids.news, form: 'embed' }),
);
describeCompliance({
  ...shared('discord forum', { kind: 'forum', channelId: ids.forum }),
  limits: [
    ...fileLimits,
    { name: 'a long title', content: { title: 'x'.repeat(101) }, problem: /100 characters/ },
  ],
});
describeCompliance(shared('discord webhook, with a bot that reads', { kind: 'webhook' }, ids.text));
