import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { PublicationContent, Receipts, Step } from '#contracts/publisher.ts';
import { archiveOrg as archiveOrgPlugin } from '#plugins/archive-org/index.ts';
import { archiveOrgOptions } from '#plugins/archive-org/options.ts';
import { bluesky as blueskyPlugin } from '#plugins/bluesky/index.ts';
import { blueskyOptions } from '#plugins/bluesky/options.ts';
import { discord as discordPlugin } from '#plugins/discord/index.ts';
import { type DiscordOptions, discordOptions } from '#plugins/discord/options.ts';
import { huggingface as huggingfacePlugin } from '#plugins/huggingface/index.ts';
import { huggingfaceOptions } from '#plugins/huggingface/options.ts';
import { mastodon as mastodonPlugin } from '#plugins/mastodon/index.ts';
import { mastodonOptions } from '#plugins/mastodon/options.ts';
import { webhook as webhookPlugin } from '#plugins/webhook/index.ts';
import { webhookOptions } from '#plugins/webhook/options.ts';
import { x as xPlugin } from '#plugins/x/index.ts';
import { xOptions } from '#plugins/x/options.ts';
import { assembled } from '#publishing/publishers.ts';
import { ids, otherToken } from '../../local-discord/support/small-world.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { type AttemptInit, artifactsOf, attemptAt, key, mediaOf } from '../compliance/attempt.ts';
import { botToken, PlaygroundPlatform, webhookUrl } from './playground-platform.ts';

const archiveOrg = await assembled(archiveOrgPlugin);
const bluesky = await assembled(blueskyPlugin);
const discord = await assembled(discordPlugin);
const huggingface = await assembled(huggingfacePlugin);
const mastodon = await assembled(mastodonPlugin);
const webhook = await assembled(webhookPlugin);
const x = await assembled(xPlugin);

const state = temporaryFolder();
let platform: PlaygroundPlatform;

beforeAll(async () => {
  platform = await PlaygroundPlatform.open(state.path, { webhookChannelId: ids.text });
});
afterEach(() => {
  platform.server.expectFaults({});
  expect(platform.violations()).toEqual([]);
});
afterAll(async () => {
  await platform.close();
  state[Symbol.dispose]();
});

const message = optionsOf({ kind: 'message', channelId: ids.text });
const lost = { 0: { kind: 'drop-after' } } as const;
let count = 0;

function optionsOf(options: object): DiscordOptions {
  return discordOptions.parse(options);
}

function content(changes: Partial<PublicationContent> = {}): PublicationContent {
  count += 1;
  return { title: `Title ${count}`, body: 'Body', tags: [], media: [], ...changes };
}

function rendered(options = message, given = content()) {
  return discord.render(given, options, { key, createdAtMs: 0 });
}

function attempt(init: Partial<AttemptInit> = {}) {
  const stepKey = `step-key-${count}`;
  return attemptAt(platform, {
    credentials: { botToken, webhookUrl },
    ...init,
    context: { stepKey, ...init.context },
  });
}

async function fateOf(step: Step, init: Partial<AttemptInit> = {}, earlier: Receipts = {}) {
  return discord.classify(await rejection(discord.execute(attempt(init), step, earlier)));
}

function answerNext(status: number, body: object): void {
  platform.server.expectFaults({ 0: { kind: 'answer', answer: { status, body } } });
}

test('a picture of any name is shown: its name stands in the title, the extension stays', async () => {
  const bytes = new Uint8Array([1, 2, 3]);
  const media = ['写真.png', '議事録.png'].map((name) => mediaOf(bytes, name, 'image/png'));
  const embed = optionsOf({ kind: 'message', channelId: ids.text, form: 'embed' });
  const { steps } = rendered(embed, content({ media }));
  const { remoteId } = await discord.execute(attempt({ artifacts: artifactsOf([bytes]) }), steps[0]!, {});
  const shown = platform.playground.world.messages(ids.text).find(({ id }) => id === remoteId);
  expect(shown?.embeds[0]?.image?.url).toMatch(/^https?:.*\/file\.png$/);
  expect(shown?.attachments).toMatchObject([{ filename: 'file-2.png', title: '議事録' }]);
});

test('a hidden file stays hidden, whatever its name, and nowhere else is shown without a word', () => {
  const media = [mediaOf(new Uint8Array([1]), 'SPOILER_写真.png', 'image/png')];
  const { steps } = rendered(message, content({ media }));
  expect(steps[0]?.payload.message).toMatchObject({
    attachments: [{ filename: 'SPOILER_file.png', title: '写真' }],
  });
  const given = content({ media });
  const settings = { key, createdAtMs: 0 };
  expect(x.render(given, xOptions.parse({}), settings).warnings.join()).toMatch(/SPOILER_.*X shows it/);
  const toBluesky = bluesky.render(given, blueskyOptions.parse({}), settings);
  expect(toBluesky.warnings.join()).toMatch(/SPOILER_.*Bluesky shows it/);
  const options = mastodonOptions.parse({ instance: 'https://social.example' });
  const post = mastodon.render(given, options, settings).steps.at(-1);
  expect(post?.payload).toMatchObject({ sensitive: true });
});

test('what a spoiler hides reaches no other platform', () => {
  const given = content({
    title: 'End ||of it||',
    body: 'see ||he dies|| <t:0:F>',
    link: 'https://example.org/',
  });
  const settings = { key, createdAtMs: 0 };
  const all = [
    x.render(given, xOptions.parse({}), settings),
    bluesky.render(given, blueskyOptions.parse({}), settings),
    mastodon.render(given, mastodonOptions.parse({ instance: 'https://social.example' }), settings),
    webhook.render(given, webhookOptions.parse({}), settings),
    huggingface.render(given, huggingfaceOptions.parse({ repo: 'a/b' }), settings),
    archiveOrg.render(given, archiveOrgOptions.parse({ kind: 'item', project: 'guildmesh' }), settings),
  ];
  for (const { steps, warnings, problems } of all) {
    expect(problems).toEqual([]);
    expect(JSON.stringify(steps)).not.toMatch(/he dies|of it|<t:0/);
    expect(JSON.stringify(steps)).toContain('Thursday, 1 January 1970, 00:00 UTC');
    expect(warnings.join()).toMatch(/can’t hide a text/);
  }
});

test('what only Discord understands is sent as it was written', () => {
  const body = '<t:0:F> <:a_b:1> <#5> <@1> </relay start:7> ||hidden||\n-# small <https://example.org>';
  const { steps } = rendered(message, content({ body }));
  expect(JSON.stringify(steps[0]?.payload)).toContain(JSON.stringify(body).slice(1, -1));
  expect(steps[0]?.payload.message).toMatchObject({ allowed_mentions: { parse: [] } });
});

describe('a message', () => {
  test('sent again with its nonce is one message, whatever the answer was', async () => {
    const step = rendered(optionsOf({ kind: 'message', channelId: ids.voice })).steps[0]!;
    platform.server.expectFaults(lost);
    expect(await fateOf(step)).toMatchObject({ state: 'unknown' });
    await discord.execute(attempt(), step, {});
    const sent = platform.server.requests.at(-1)!;
    expect(JSON.parse(sent.body.toString())).toMatchObject({
      nonce: `step-key-${count}`,
      enforce_nonce: true,
      allowed_mentions: { parse: [] },
    });
    expect(platform.playground.world.messages(ids.voice)).toHaveLength(1);
  });

  test('of another delivery that says the same is not taken for ours', async () => {
    const step = rendered().steps[0]!;
    await discord.execute(attempt({ context: { stepKey: 'another delivery' } }), step, {});
    expect(await discord.find(attempt(), step, {})).toEqual({ state: 'absent' });
  });

  test('in a channel whose past can’t be read is sent again only while its nonce is known', async () => {
    const channelId = ids.small;
    const step = rendered(optionsOf({ kind: 'message', channelId })).steps[0]!;
    await discord.execute(attempt(), step, {});
    const readHistory = 1n << 16n;
    const overwrite = { id: ids.bot, type: 1, allow: 0n, deny: readHistory } as const;
    platform.playground.faults.setOverwrite(channelId, overwrite);
    const at = (agoMs: number) => discord.find(attempt({ firstAttemptAtMs: Date.now() - agoMs }), step, {});
    expect(await at(30_000)).toEqual({ state: 'absent' });
    expect(await at(121_000)).toMatchObject({
      state: 'cannot-tell',
      why: expect.stringContaining('History'),
    });
    expect((await discord.verify(attempt(), optionsOf({ kind: 'message', channelId }))).problems).toEqual([
      'In the channel the bot lacks Read Message History: give it these.',
    ]);
    platform.playground.faults.setOverwrite(channelId, { ...overwrite, deny: 0n });
  });

  test('stays inside the guild whose target it is', async () => {
    const step = rendered().steps[0]!;
    expect(await fateOf(step, { context: { guildId: ids.otherGuild } })).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('another server'),
    });
    await discord.execute(attempt({ context: { guildId: ids.guild } }), step, {});
  });

  test('too long is shortened without cutting its link, and says so', () => {
    const link = 'https://example.org/release';
    const { steps, warnings, preview } = rendered(message, content({ body: '🎵 word '.repeat(500), link }));
    const sent = (steps[0]!.payload.message as { content: string }).content;
    expect(sent.length).toBeLessThanOrEqual(2_000);
    expect(sent).toContain('…');
    expect(sent).toContain(link);
    expect(warnings.join()).toContain('2,000');
    expect(preview).toContainEqual({ label: 'Message', text: sent });
  });

  test('whose fixed parts are too long is a problem', () => {
    const template = `{title} ${'x'.repeat(2_000)}`;
    expect(rendered(message, content({ template })).problems.join()).toContain('2,000 characters');
  });

  test('calls nobody, and the preview says so', () => {
    const { warnings } = rendered(message, content({ template: '@everyone {title} <@300000000000000002>' }));
    expect(warnings.join()).toMatch(/@everyone.*calls nobody/);
  });
});

describe('an embed', () => {
  const embed = optionsOf({ kind: 'message', channelId: ids.text, form: 'embed' });

  test('keeps every limit of Discord and tells what it left out', async () => {
    const given = content({
      title: 't'.repeat(300),
      body: 'word '.repeat(2_000),
      tags: ['a b'],
      link: 'https://example.org',
    });
    const { steps, problems, warnings } = rendered(embed, given);
    expect([problems, warnings.length]).toEqual([[], 2]);
    await discord.execute(attempt(), steps[0]!, {});
    expect(await discord.find(attempt(), steps[0]!, {})).toMatchObject({ state: 'found' });
  });
});

describe('an announcement', () => {
  test('is crossposted once, also where that is known already', async () => {
    const { steps } = rendered(optionsOf({ kind: 'announcement', channelId: ids.news }));
    const [post, crosspost] = steps;
    const receipts = { post: await discord.execute(attempt(), post!, {}) };
    expect(await discord.find(attempt(), crosspost!, receipts)).toEqual({ state: 'absent' });
    platform.server.expectFaults(lost);
    expect(await fateOf(crosspost!, {}, receipts)).toMatchObject({ state: 'unknown' });
    expect(await discord.find(attempt(), crosspost!, receipts)).toMatchObject({ state: 'found' });
    // 40033
    expect(await discord.execute(attempt(), crosspost!, receipts)).toEqual(receipts.post);
  });
});

describe('a forum post', () => {
  const forum = optionsOf({ kind: 'forum', channelId: ids.forum });

  test('is found by name and owner, also when it was archived meanwhile', async () => {
    const step = rendered(forum).steps[0]!;
    // Somebody else's of the same name.
    const theirs = { name: step.payload.name, message: { content: 'x' } };
    const made = await platform.call('POST', `/channels/${ids.forum}/threads`, theirs, otherToken);
    expect(made.status).toBe(201);
    expect(await discord.find(attempt(), step, {})).toEqual({ state: 'absent' });
    platform.server.expectFaults(lost);
    expect(await fateOf(step)).toMatchObject({ state: 'unknown' });
    const found = await discord.find(attempt(), step, {});
    expect(found).toMatchObject({ state: 'found' });
    const thread = found.state === 'found' ? found.receipt.remoteId : '';
    await platform.call('PATCH', `/channels/${thread}`, { archived: true });
    expect(await discord.find(attempt(), step, {})).toEqual(found);
    // A post of that name from long before isn't this one.
    const inAnHour = Date.now() + 3_600_000;
    expect(await discord.find(attempt({ firstAttemptAtMs: inAnHour }), step, {})).toEqual({
      state: 'absent',
    });
  });

  test('without the tag that the forum asks for says how to give one', async () => {
    answerNext(400, { code: 40067, message: 'A tag is required to create a forum post in this channel' });
    expect(await fateOf(rendered(forum).steps[0]!)).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('tagIds'),
    });
  });

  test('in a channel that is no forum is found out before anything is sent', async () => {
    const { problems } = await discord.verify(attempt(), optionsOf({ kind: 'forum', channelId: ids.text }));
    expect(problems).toEqual(['The channel isn’t a forum: choose another one.']);
  });
});

describe('a webhook', () => {
  const hook = optionsOf({ kind: 'webhook' });
  const alone = { credentials: { webhookUrl } };

  test('without a bot leaves a lost answer to a person', async () => {
    const step = rendered(hook).steps[0]!;
    platform.server.expectFaults(lost);
    expect(await fateOf(step, alone)).toMatchObject({ state: 'unknown' });
    expect(await discord.find(attempt(alone), step, {})).toMatchObject({ state: 'cannot-tell' });
    expect(await discord.find(attempt(), step, {})).toMatchObject({ state: 'found' });
  });

  test('of a forum opens a post, which is found by its name', async () => {
    const forum = await PlaygroundPlatform.open(state.path, { webhookChannelId: ids.forum });
    try {
      const step = rendered(optionsOf({ kind: 'webhook', forum: true })).steps[0]!;
      forum.server.expectFaults(lost);
      const at = () => attemptAt(forum, { credentials: { botToken, webhookUrl } });
      await rejection(discord.execute(at(), step, {}));
      const found = await discord.find(at(), step, {});
      expect(found).toMatchObject({ state: 'found' });
      expect(forum.effects()).toHaveLength(1);
      expect(forum.violations()).toEqual([]);
    } finally {
      await forum.close();
    }
  });

  test('whose channel the bot can’t see leaves it to a person too', async () => {
    const step = rendered(hook).steps[0]!;
    const overwrite = { id: ids.bot, type: 1, allow: 0n, deny: 1n << 10n } as const;
    platform.playground.faults.setOverwrite(ids.text, overwrite);
    expect(await discord.find(attempt(), step, {})).toMatchObject({ state: 'cannot-tell' });
    platform.playground.faults.setOverwrite(ids.text, { ...overwrite, deny: 0n });
  });

  test('that is gone, or whose address is wrong, is named without showing the address', async () => {
    const step = rendered(hook).steps[0]!;
    answerNext(404, { code: 10015, message: 'Unknown Webhook' });
    expect(await fateOf(step)).toMatchObject({
      state: 'authorisation-lost',
      reason: expect.stringContaining('gone'),
    });
    answerNext(401, { code: 50027, message: 'Invalid Webhook Token' });
    expect(await fateOf(step)).toMatchObject({ state: 'authorisation-lost' });
    const wrong = await fateOf(step, { credentials: { webhookUrl: 'https://evil.example/canary' } });
    expect(wrong.state).toBe('authorisation-lost');
    expect(wrong.reason).not.toContain('canary');
  });

  test('sends its token to the configured address only', async () => {
    const elsewhere = webhookUrl.replace('discord.com', 'evil.example');
    await discord.execute(attempt({ credentials: { webhookUrl: elsewhere } }), rendered(hook).steps[0]!, {});
  });
});

describe('a refusal', () => {
  test.each([
    [400, 200000, /AutoMod of the server blocks the words; change them/],
    [400, 200001, /AutoMod of the server blocks the title/],
    [400, 240000, /a link as harmful; leave it out/],
    [403, 400001, /uploads in this server for now/],
    [400, 160005, /unlock it/],
    [400, 160006, /close some/],
  ])('that Discord’s filters or limits refuse says what to change: %i (%i)', async (status, code, reason) => {
    answerNext(status, { code, message: 'Something else' });
    const fate = await fateOf(rendered().steps[0]!);
    expect(fate).toMatchObject({ state: 'rejected', reason: expect.stringMatching(reason) });
  });

  test.each([
    [403, 50001, 'authorisation-lost', /View Channel/],
    [403, 50013, 'authorisation-lost', /Send Messages/],
    [404, 10003, 'authorisation-lost', /choose another channel/],
    [413, 40005, 'rejected', /too large/],
  ])('%i %i is %s, and says what to change', async (status, code, state, reason) => {
    const step = rendered().steps[0]!;
    answerNext(status, { code, message: 'Refused' });
    expect(await fateOf(step)).toMatchObject({ state, reason: expect.stringMatching(reason) });
  });

  test('of the form names the field', async () => {
    const errors = { embeds: { 0: { title: { _errors: [{ code: 'X', message: 'Too long.' }] } } } };
    answerNext(400, { code: 50035, message: 'Invalid Form Body', errors });
    expect(await fateOf(rendered().steps[0]!)).toMatchObject({
      state: 'rejected',
      reason: expect.stringContaining('embeds.0.title: Too long'),
    });
  });

  test('for everybody’s use of the channel is told apart', async () => {
    platform.server.expectFaults({
      0: {
        kind: 'answer',
        answer: {
          status: 429,
          headers: { 'x-ratelimit-scope': 'shared' },
          body: { retry_after: 2, global: false },
        },
      },
    });
    expect(await fateOf(rendered().steps[0]!)).toMatchObject({
      state: 'rate-limited',
      reason: expect.stringContaining('others'),
      retryAfterMs: 2_000,
    });
  });

  test('without a token pauses the target', async () => {
    expect(await fateOf(rendered().steps[0]!, { credentials: {} })).toMatchObject({
      state: 'authorisation-lost',
    });
  });
});
