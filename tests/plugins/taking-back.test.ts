/** What each platform says of its own about taking back; the rest is in the compliance suite. */
import { expect, onTestFinished, test } from 'vitest';
import type { PublicationContent, Publisher, PublisherPlugin, Receipt, Step } from '#contracts/publisher.ts';
import { discord } from '#plugins/discord/index.ts';
import { github } from '#plugins/github/index.ts';
import { mastodon } from '#plugins/mastodon/index.ts';
import { x } from '#plugins/x/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { ids, otherToken } from '../local-discord/support/small-world.ts';
import { rejection } from '../support/rejection.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { type AttemptInit, artifactsOf, attemptAt, key, mediaOf } from './compliance/attempt.ts';
import type { FakePlatform } from './compliance/fake-platform.ts';
import { botToken, PlaygroundPlatform, webhookUrl } from './discord/playground-platform.ts';
import { openFakeGithub } from './github/fake-github.ts';
import { FakeMastodon, instance } from './mastodon/fake-mastodon.ts';
import { FakeX } from './x/fake-x.ts';

const log = Buffer.from('a log');
const content: PublicationContent = { title: 'Done', body: 'It is done.', tags: ['v1'], media: [] };

async function published<Platform extends FakePlatform>(
  plugin: PublisherPlugin<never>,
  platform: Platform,
  init: { options: object; credentials: Record<string, string>; content?: PublicationContent },
) {
  onTestFinished(async () => {
    const violations = platform.violations();
    await platform.close();
    expect(violations).toEqual([]);
  });
  const publisher: Publisher<never> = await assembled(plugin);
  const attempt = (more: Partial<AttemptInit> = {}) =>
    attemptAt(platform, { credentials: init.credentials, artifacts: artifactsOf([log]), ...more });
  const options = publisher.describe.options.parse(init.options);
  const { steps, problems } = publisher.render(init.content ?? content, options, {
    key,
    createdAtMs: Date.UTC(2026, 10, 20),
  });
  expect(problems).toEqual([]);
  const receipts: Record<string, Receipt> = {};
  for (const step of steps) receipts[step.id] = await publisher.execute(attempt(), step, receipts);
  const retraction = publisher.retract?.(steps, receipts);
  const back: readonly Step[] = retraction && 'steps' in retraction ? retraction.steps : [];
  const first = back[0] as Step;
  return {
    publisher,
    platform,
    retraction,
    back,
    first,
    attempt,
    take: () => publisher.execute(attempt(), first, {}),
    refused: async (more: Partial<AttemptInit> = {}) =>
      publisher.classify(await rejection(publisher.execute(attempt(more), first, {}))),
  };
}

async function onDiscord(options: object, init: { credentials?: Record<string, string>; bot?: bigint } = {}) {
  const state = temporaryFolder();
  onTestFinished(() => state[Symbol.dispose]());
  const platform = await PlaygroundPlatform.open(state.path, {
    webhookChannelId: ids.text,
    ...(init.bot !== undefined && { botPermissions: init.bot }),
  });
  const credentials = init.credentials ?? { botToken, webhookUrl };
  return published(discord as never, platform, { options, credentials });
}

test('discord: a message whose channel was deleted is gone', async () => {
  const { platform, take, first } = await onDiscord({ kind: 'message', channelId: ids.text });
  await platform.call('DELETE', `/channels/${ids.text}`, undefined, otherToken);
  expect(await take()).toEqual({ remoteId: first.payload.messageId });
});

test('discord: a post in a forum stays once people have answered in it', async () => {
  const { platform, take, first, refused } = await onDiscord({ kind: 'forum', channelId: ids.forum });
  const thread = String(first.payload.threadId);
  const { body } = await platform.call('POST', `/channels/${thread}/messages`, { content: 'Thanks!' });
  expect(await refused()).toMatchObject({ state: 'rejected', reason: expect.stringMatching(/answered/) });
  await platform.call('DELETE', `/channels/${thread}/messages/${(body as { id: string }).id}`);
  expect(await take()).toEqual({ remoteId: thread });
});

test('discord: what the bot may not delete is refused, and doesn’t hold the target', async () => {
  const { refused, platform } = await onDiscord({ kind: 'forum', channelId: ids.forum });
  for (const [code, words] of [
    [50013, /Manage Threads/],
    [50001, /see the channel/],
  ] as const) {
    platform.server.instead = ({ method }) =>
      method === 'DELETE' ? { status: 403, body: { code, message: 'Missing' } } : undefined;
    expect(await refused()).toMatchObject({ state: 'rejected', reason: expect.stringMatching(words) });
  }
});

test('discord: another guild’s channel is never touched', async () => {
  const { refused, platform } = await onDiscord({ kind: 'message', channelId: ids.text });
  const before = platform.effects().length;
  expect(await refused({ context: { guildId: '123456789012345678' } })).toMatchObject({ state: 'rejected' });
  expect(platform.effects().length).toBe(before);
});

test('discord: a webhook deletes its own message only, and a bot need not be there', async () => {
  const { refused, take, first, platform } = await onDiscord(
    { kind: 'webhook' },
    { credentials: { webhookUrl } },
  );
  const other = webhookUrl.replace(/\d{18}/, '700000000000000009');
  expect(await refused({ credentials: { webhookUrl: other } })).toMatchObject({
    state: 'rejected',
    reason: expect.stringMatching(/another webhook/),
  });
  expect(platform.effects()).toHaveLength(1);
  expect(await take()).toEqual({ remoteId: first.payload.messageId });
  expect(platform.effects()).toEqual([]);
});

const repository = { owner: 'north', repo: 'site' };
const media = [mediaOf(log, 'log.txt', 'text/plain')];

test('github: of a release that was there before, only our files go', async () => {
  const fake = await openFakeGithub();
  const others = { id: 9, name: 'theirs.zip', state: 'uploaded', size: 3, digest: 'sha256:00' } as const;
  fake.repository.releases.push({ id: 50, tag: 'v1', body: '', draft: false, assets: [others] });
  const options = { kind: 'release', ...repository, tag: 'v1', existing: 'append' };
  const { back, take } = await published(github as never, fake, {
    options,
    credentials: { token: 'ghp_token' },
    content: { ...content, media },
  });
  expect(back.map(({ kind }) => kind)).toEqual(['delete-asset']);
  await take();
  expect(fake.repository.releases).toMatchObject([{ id: 50, assets: [{ name: 'theirs.zip' }] }]);
});

test('github: a 404 isn’t gone where the thing, or not even its repository, can be seen', async () => {
  const fake = await openFakeGithub();
  const options = { kind: 'release', ...repository, tag: 'v1' };
  const { refused } = await published(github as never, fake, {
    options,
    credentials: { token: 'ghp_token' },
  });
  fake.repository.permissions.push = false;
  expect(await refused()).toMatchObject({
    state: 'rejected',
    reason: expect.stringMatching(/doesn’t let this account delete it/),
  });
  fake.server.instead = () => ({ status: 404, body: { message: 'Not Found' } });
  expect(await refused()).toMatchObject({ state: 'rejected', reason: expect.stringMatching(/404/) });
  expect(fake.repository.releases).toHaveLength(1);
});

test('github: a gist of another account is refused, and a commit stays', async () => {
  const fake = await openFakeGithub();
  const credentials = { token: 'ghp_token' };
  const { refused } = await published(github as never, fake, { options: { kind: 'gist' }, credentials });
  const [gist] = fake.gists;
  if (gist) gist.isOthers = true;
  expect(await refused()).toMatchObject({ state: 'rejected' });
  expect(fake.gists).toHaveLength(1);
  const commit = await published(github as never, await openFakeGithub(), {
    options: { kind: 'commit', ...repository },
    credentials,
  });
  expect(commit.retraction).toEqual({ why: expect.stringMatching(/history/) });
});

test('mastodon: a post of another account is refused; too many deletions wait', async () => {
  const fake = await FakeMastodon.open();
  const { refused, take } = await published(mastodon as never, fake, {
    options: { instance },
    credentials: { accessToken: 'canary' },
  });
  fake.deletionsLeft = 0;
  expect(await refused()).toMatchObject({ state: 'rate-limited' });
  fake.othersStatuses.push(...fake.statuses.splice(0));
  expect(await refused()).toMatchObject({
    state: 'rejected',
    reason: expect.stringMatching(/another account/),
  });
  fake.othersStatuses.length = 0;
  await take();
});

test('mastodon: a 404 of another server isn’t Mastodon’s word', async () => {
  const fake = await FakeMastodon.open();
  const { refused } = await published(mastodon as never, fake, {
    options: { instance },
    credentials: { accessToken: 'canary' },
  });
  fake.server.instead = () => ({ status: 404, body: 'no such page' });
  expect(await refused()).toMatchObject({ state: 'rejected' });
  expect(fake.statuses).toHaveLength(1);
});

test('x: a thread goes from its end, and a post of another account is refused', async () => {
  const fake = await FakeX.open();
  const credentials = {
    apiKey: 'canary-api-key',
    apiSecret: 'canary-api-secret',
    accessToken: '1000-canaryAccessToken',
    accessSecret: 'canary-access-secret',
  };
  const { back, refused, first } = await published(x as never, fake, {
    options: { thread: true },
    credentials,
    content: { ...content, body: 'Many words. '.repeat(60) },
  });
  expect(back.length).toBeGreaterThan(1);
  expect(back.map(({ payload }) => payload.postId)).toEqual(fake.posts.map(({ id }) => id));
  fake.othersPosts.add(String(first.payload.postId));
  expect(await refused()).toMatchObject({
    state: 'rejected',
    reason: expect.stringMatching(/not authorized/),
  });
});
