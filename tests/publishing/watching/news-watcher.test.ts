import { describe, expect, test } from 'vitest';
import { chainAdd, chainRemove, chainShow } from '#contracts/actions/chains.ts';
import { publishCreate } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { github } from '#plugins/github/index.ts';
import { type Entry, feedServer } from '../news/feed-server.ts';
import { githubBench } from '../support/github-bench.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const minute = 60_000;
const chats = { name: 'chat', publisher: 'chat', policy: 'none' } as const;

async function feedBench(entries: Entry[] = [{ id: 'old' }], triggeredPerHourMax = 10) {
  const site = await feedServer();
  site.state.entries = entries;
  const chat = new SpeakingTarget();
  const made = await publishingBench({
    publishers: [chat.speaker('chat')],
    chains: { triggeredPerHourMax, allowedPrivateHosts: [site.host] },
  });
  await made.act(targetAdd, { guildId, ...chats });
  const add = (path = '/feed', title = '*') =>
    made.act(chainAdd, {
      ...{ guildId, name: 'out', links: [{ targets: ['chat'] }] },
      trigger: { kind: 'feed', url: site.url(path), title },
    });
  const show = () => made.act(chainShow, { guildId, chain: 'out' });
  const alerts = async () =>
    (await made.db.selectFrom('alert_item').select('text').orderBy('at_ms').execute()).map(
      ({ text }) => text,
    );
  /** Reads are real requests: time stands while they are answered. */
  const pass = (ms: number) => passing(made.clock, ms);
  return { ...made, site, chat, add, show, alerts, pass };
}

async function passing(clock: { advance(ms: number): Promise<void> }, ms: number) {
  for (let left = ms; left > 0; left -= minute) {
    await clock.advance(Math.min(left, minute));
    await new Promise((go) => setTimeout(go, 12));
  }
  for (let turn = 0; turn < 10; turn++) {
    await clock.advance(1_000);
    await new Promise((go) => setTimeout(go, 8));
  }
}

describe('a chain that a feed starts', () => {
  test('is started by what is new there, once, and asks ten minutes apart under conditions', async () => {
    const { site, chat, add, pass, show } = await feedBench();
    await add();
    await pass(30 * minute);
    expect(chat.texts).toEqual([]);
    expect(site.state.asked.map(({ status }) => status)).toEqual([200, 304, 304, 304]);
    site.state.entries = [
      { id: 'new', title: 'News {receipts}', url: 'https://blog.example/new' },
      ...site.state.entries,
    ];
    await pass(30 * minute);
    expect(chat.texts).toHaveLength(1);
    expect(chat.texts[0]).toContain('News { receipts}');
    const { runs, watch } = await show();
    expect(runs).toMatchObject([{ state: 'done', label: 'News { receipts}' }]);
    expect(watch).toMatchObject({ place: site.url('/feed'), checkedAtMs: expect.any(Number) });
  });

  test('is started by the newest only where very many come at once; the rest is reported in one sentence', async () => {
    const { site, chat, add, pass, alerts } = await feedBench([{ id: 'old' }], 3);
    await add();
    const many = Array.from({ length: 10_000 }, (_, index) => ({
      id: `n${index}`,
      at: new Date(Date.UTC(2026, 0, 1) + index * 1_000).toUTCString(),
    }));
    site.state.entries = [...many, { id: 'old' }];
    await pass(12 * minute);
    expect(chat.texts.map((text) => text.trim())).toEqual(['Entry n9997', 'Entry n9998', 'Entry n9999']);
    expect(await alerts()).toEqual([
      expect.stringMatching(/^9997 items of .* 3 times an hour.*“Entry n9996”/),
    ]);
    await pass(90 * minute);
    expect(chat.texts).toHaveLength(3);
    expect(await alerts()).toHaveLength(1);
  });

  test('follows a feed that has moved for good', async () => {
    const { site, add, pass, show, alerts, chat } = await feedBench();
    await add('/old');
    expect((await show()).watch?.place).toBe(site.url('/new'));
    site.state.moves['/new'] = '/newer';
    site.state.entries = [{ id: 'new' }, { id: 'old' }];
    await pass(25 * minute);
    expect(site.state.asked.map(({ path }) => path)).toEqual(['/old', '/new', '/new', '/newer', '/newer']);
    expect((await show()).watch?.place).toBe(site.url('/newer'));
    expect(chat.texts).toHaveLength(1);
    expect(await alerts()).toEqual([expect.stringContaining('has moved for good')]);
  });

  test('says it when the feed is gone for good, and asks no more', async () => {
    const { site, add, pass, show, alerts } = await feedBench();
    await add();
    site.state.answer = { status: 410 };
    await pass(60 * minute);
    expect(site.state.asked).toHaveLength(2);
    expect((await show()).watch).toMatchObject({ problem: { code: 'NEWS_GONE' } });
    expect((await show()).watch?.nextAtMs).toBeUndefined();
    expect(await alerts()).toEqual([expect.stringContaining('gone for good (410)')]);
  });

  test('says it when the feed has long been a web page, and misses nothing of that time', async () => {
    const { site, chat, add, pass, alerts, show } = await feedBench();
    await add();
    site.state.answer = { status: 200, body: '<!doctype html><html>Be right back</html>' };
    await pass(25 * minute);
    expect(await alerts()).toEqual([]);
    await pass(60 * minute);
    expect(await alerts()).toEqual([expect.stringContaining('a web page, not an RSS or Atom feed')]);
    expect((await show()).watch?.problem?.code).toBe('NEWS_NOT_A_FEED');
    site.state.entries = [{ id: 'meanwhile' }, { id: 'old' }];
    site.state.answer = undefined;
    await pass(180 * minute);
    expect(chat.texts).toHaveLength(1);
    expect((await show()).watch?.problem).toBeUndefined();
  });

  test.each([
    ['NEWS_NOT_A_FEED', { status: 200, body: '<html></html>' }],
    ['NEWS_ABSENT', { status: 404 }],
    ['NEWS_GONE', { status: 410 }],
    ['NEWS_PRIVATE', { status: 401 }],
    ['NEWS_REFUSED', { status: 302, headers: { location: '/round' } }],
    ['HTTP_PRIVATE_ADDRESS', { status: 302, headers: { location: 'http://169.254.169.254/feed' } }],
  ])('is not added where its first read says %s', async (code, answer) => {
    const { site, add, act } = await feedBench();
    site.state.answer = answer;
    await expect(add()).rejects.toMatchObject({ code, next: expect.any(String) });
    await expect(act(chainShow, { guildId, chain: 'out' })).rejects.toMatchObject({
      code: 'PUBLISH_NO_CHAIN',
    });
  });

  test('is not added where nobody answers, and says so in words of reading', async () => {
    const { add, act } = await feedBench();
    const trigger = { kind: 'feed' as const, url: 'https://nowhere.invalid/feed' };
    await expect(
      act(chainAdd, { guildId, name: 'out', links: [{ targets: ['chat'] }], trigger }),
    ).rejects.toMatchObject({ code: 'NEWS_REFUSED', next: expect.stringContaining('try again') });
    await add();
  });

  test('asks nothing while its guild is no home, and takes up what came meanwhile', async () => {
    const { site, chat, add, pass, standings } = await feedBench();
    await add();
    standings.set(guildId, 'foreign');
    site.state.entries = [{ id: 'new' }, { id: 'old' }];
    await pass(30 * minute);
    expect(site.state.asked).toHaveLength(1);
    standings.set(guildId, 'home');
    await pass(2 * minute);
    expect(chat.texts).toHaveLength(1);
  });

  test('keeps a stop waiting for no server that is silent', async () => {
    const { site, add, pass, stop } = await feedBench();
    await add();
    site.state.isSilent = true;
    await pass(11 * minute);
    expect(site.state.asked.at(-1)).toEqual({ path: '/feed', status: 0 });
    await stop();
  });

  test('leaves nothing behind', async () => {
    const { add, act, db, pass, site } = await feedBench();
    await add();
    await act(chainRemove, { guildId, chain: 'out' });
    await pass(12 * minute);
    expect(site.state.asked).toHaveLength(1);
    expect(await db.selectFrom('chain_watch').selectAll().execute()).toEqual([]);
  });
});

describe('a chain that a release starts', () => {
  async function releaseBench() {
    const chat = new SpeakingTarget();
    const made = await githubBench({ publishers: [github, chat.speaker('chat')] });
    await made.act(targetAdd, { guildId, ...chats });
    const add = (trigger: { prereleases?: 'skip' } = {}) =>
      made.act(chainAdd, {
        ...{ guildId, name: 'out', links: [{ targets: ['chat'] }] },
        ...{ title: '{repository} {version} no. {counter}', body: '{label} of {date}' },
        trigger: { kind: 'release', repository: 'north/site', tag: 'v*', ...trigger },
      });
    const release = (id: number, tag: string, draft = false, prerelease = false) => {
      const { releases } = made.fake.repository;
      const made2 = { id, tag, body: 'Notes', draft, prerelease, assets: [], name: `Name of ${tag}` };
      releases.unshift({ ...made2, publishedAt: '2026-12-24T17:00:00Z' });
    };
    return { ...made, chat, add, release, pass: (ms: number) => passing(made.clock, ms) };
  }

  test('is started by each that is published, drafts and what was there left out', async () => {
    const { chat, add, release, pass, addTarget, fake } = await releaseBench();
    fake.repository.isPrivate = true;
    await addTarget({}, 'one-manager');
    release(1, 'v1.0.0');
    await add();
    release(2, 'v1.1.0', true);
    release(3, 'nightly');
    await pass(3 * minute);
    expect(chat.texts).toEqual([]);
    for (const one of fake.repository.releases) one.draft = false;
    await pass(3 * minute);
    expect(chat.texts).toHaveLength(1);
    expect(chat.texts[0]).toContain('north/site v1.1.0 no. 1\nName of v1.1.0 of 2026-12-24');
    expect(fake.violations()).toEqual([]);
  });

  test('is started by a pre-release, or only once that is a release, also where it was there before', async () => {
    const { chat, add, release, pass, addTarget, fake, act, db } = await releaseBench();
    await addTarget({}, 'one-manager');
    release(1, 'v1.0.0-rc.1', false, true);
    await add({ prereleases: 'skip' });
    release(2, 'v2.0.0-rc.1', false, true);
    release(3, 'v3.0.0-rc.1', true, true);
    await pass(3 * minute);
    expect(chat.texts).toEqual([]);
    for (const one of fake.repository.releases.filter(({ id }) => id < 3)) one.prerelease = false;
    await pass(3 * minute);
    expect(chat.texts.map((text) => /v\d/.exec(text)?.[0]).sort()).toEqual(['v1', 'v2']);
    await act(chainRemove, { guildId, chain: 'out' });
    const { id } = await add();
    // As it was kept before there was the choice.
    const trigger = JSON.stringify({ kind: 'release', repository: 'north/site', tag: 'v*' });
    await db.updateTable('chain').set({ trigger }).where('id', '=', id).execute();
    expect((await act(chainShow, { guildId, chain: 'out' })).trigger).toMatchObject({
      prereleases: 'include',
    });
    release(4, 'v4.0.0-rc.1', false, true);
    await pass(3 * minute);
    for (const one of fake.repository.releases) one.prerelease = false;
    await pass(3 * minute);
    expect(chat.texts.slice(2)).toEqual([expect.stringContaining('v4.0.0-rc.1')]);
  });

  test('is not started by what this hub has released itself', async () => {
    const { chat, add, pass, addTarget, act, fake, addFile } = await releaseBench();
    await addTarget({}, 'none' as never);
    await add();
    const media = [{ cid: await addFile('app.zip') }];
    await act(publishCreate, {
      ...{ guildId, targets: ['release'] },
      content: { title: 'Ours', body: 'x', tags: ['v2.0.0'], media },
    } as never);
    await pass(5 * minute);
    expect(fake.repository.releases).toMatchObject([{ tag: 'v2.0.0', draft: false }]);
    await pass(15 * minute);
    expect(chat.texts).toEqual([]);
  });

  test('of a private repository wants a token, and says how it gets one', async () => {
    const { add, fake } = await releaseBench();
    fake.repository.isPrivate = true;
    await expect(add()).rejects.toMatchObject({
      code: 'NEWS_PRIVATE',
      next: expect.stringContaining('/publish connect'),
    });
    fake.repository.isPrivate = false;
    await add();
  });
});
