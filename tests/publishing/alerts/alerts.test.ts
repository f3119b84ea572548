import { describe, expect, test } from 'vitest';
import { alertRetry, alertShow, alertsHere, alertsOff, alertsTest } from '#contracts/actions/alerts.ts';
import { chainAdd } from '#contracts/actions/chains.ts';
import { deliveryList, publishCreate } from '#contracts/actions/publish.ts';
import { targetAdd, targetRemove, targetResume } from '#contracts/actions/targets.ts';
import { rejection } from '../../support/rejection.ts';
import {
  type BenchInit,
  guildId,
  otherGuildId,
  person,
  publishingBench,
} from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const content = { title: 'Nightly news', body: 'b' };
const hourMs = 3_600_000;
const home = `channel-of-${guildId}`;

async function bench(init: Partial<BenchInit> & { target?: SpeakingTarget } = {}) {
  const { target = new SpeakingTarget(), ...rest } = init;
  const made = await publishingBench({ publishers: [target.speaker('fake')], ...rest });
  const add = (name: string, guild = guildId, channelId?: string) =>
    made.act(
      targetAdd,
      { guildId: guild, name, publisher: 'fake', policy: 'none' },
      { ...person('1', 'manager', guild), ...(channelId ? { channelId } : {}) },
    );
  const fail = async (targets: string[], count = 1, guild = guildId) => {
    for (let index = 0; index < count; index++) {
      target.accidents.push(...targets.map(() => 'refused' as const));
      await made.act(
        publishCreate,
        { guildId: guild, content: { ...content, title: `Nightly news ${index}` }, targets },
        person('1', 'manager', guild),
      );
    }
  };
  return { ...made, target, add, fail };
}

describe('a dead letter', () => {
  test.each(['a person', 'a schedule', 'a chain'])(
    'ordered by %s is told where its target was added',
    async (by) => {
      const { publishing, add, act, clock, cards, told, target } = await bench();
      await add('news');
      target.accidents.push('refused');
      if (by === 'a person') await act(publishCreate, { guildId, content, targets: ['news'] });
      else
        await publishing.publications.order({
          guildId,
          cause: by === 'a chain' ? 'chain:1:0' : 'schedule:1:2',
          content,
          targets: ['news'],
          orderedBy: 'system:schedule',
        });
      await clock.advance(5_000);
      expect(cards.posts).toMatchObject([{ guildId, channelId: home, command: 'alerts', panel: 'alert' }]);
      expect(await told()).toMatchObject([
        {
          target: 'news',
          total: 1,
          waiting: 1,
          entries: [
            {
              kind: 'failed',
              title: 'Nightly news',
              target: 'news',
              waits: true,
              text: 'news refused it: the text is too long. Correct what it names there and choose Retry, or choose Edit to send something else. (OUTBOX_REJECTED)',
            },
          ],
        },
      ]);
    },
  );

  test('is reported where its content is refused before anything could leave', async () => {
    const { publishing, add, clock, told } = await bench();
    await add('news');
    const order = { guildId, targets: ['news'], orderedBy: 'system:schedule' };
    await publishing.publications.order({
      ...order,
      cause: 'schedule:1:2',
      content: { title: 'Long', body: 'x'.repeat(600) },
    });
    await clock.advance(5_000);
    expect(await told()).toMatchObject([
      { waiting: 1, entries: [{ text: expect.stringContaining('PUBLISH_PROBLEMS') }] },
    ]);
  });

  test('of unknown fate is reported, and so is what waits for an approval that nobody was asked for', async () => {
    const { publishing, act, add, clock, target, told } = await bench();
    await add('news');
    target.readable = false;
    target.accidents.push('lost-before-effect');
    await act(publishCreate, { guildId, content, targets: ['news'] });
    await act(targetAdd, { guildId, name: 'blog', publisher: 'fake', policy: 'one-manager' });
    await publishing.publications.order({
      guildId,
      cause: 'schedule:1:2',
      content,
      targets: ['blog'],
      orderedBy: 'system:schedule',
    });
    await clock.advance(60_000);
    const kinds = (await told()).flatMap(({ entries }) =>
      entries.map(({ kind, target }) => `${target} ${kind}`),
    );
    expect(kinds.sort()).toEqual(['blog approval', 'news unknown']);
  });

  test('is over once somebody has seen to it, by Retry of all at once', async () => {
    const { act, add, fail, clock, told, cards, target } = await bench();
    await add('news');
    await fail(['news'], 3);
    await clock.advance(5_000);
    const [alertId] = cards.posts.map(({ subject }) => subject);
    const retried = await act(alertRetry, { guildId, alertId: alertId ?? '' });
    expect(retried).toMatchObject({ retriedCount: 3, leftCount: 0 });
    await clock.advance(5_000);
    expect(target.effects).toHaveLength(3);
    expect(await told()).toMatchObject([{ total: 3, waiting: 0 }]);
  });
});

describe('many dead letters', () => {
  test('a thousand within a minute: at most one message per target and six per channel, none uncounted', async () => {
    const { add, fail, clock, cards, told, db } = await bench();
    const targets = Array.from({ length: 20 }, (_, index) => `t${index}`);
    for (const name of targets) await add(name);
    await fail(targets, 50);
    for (let turn = 0; turn < 60; turn++) await clock.advance(1_000);
    const { count } = await db
      .selectFrom('delivery')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('state', '=', 'failed')
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(1_000);
    expect(cards.posts.length).toBeLessThanOrEqual(6);
    const all = await told();
    const about = all.flatMap(({ target }) => target ?? []);
    expect(new Set(about).size).toBe(about.length);
    expect(all.reduce((sum, { total }) => sum + total, 0)).toBe(1_000);
    expect(all.reduce((sum, { waiting }) => sum + waiting, 0)).toBe(1_000);
    // Within the hour what follows joins what stands there; after it there is a new share.
    const before = cards.posts.length;
    await fail(['t0', 't19']);
    await clock.advance(60_000);
    expect(cards.posts).toHaveLength(before);
    expect((await told()).reduce((sum, { total }) => sum + total, 0)).toBe(1_002);
    await clock.advance(hourMs);
    await fail(['t0', 't19']);
    await clock.advance(60_000);
    expect(cards.posts).toHaveLength(before + 2);
  }, 60_000);
});

describe('the channel of alerts', () => {
  test('is the one where somebody said so, and can be tried', async () => {
    const { act, add, fail, clock, cards } = await bench();
    await add('news');
    const there = { ...person('1', 'manager'), channelId: `${home}-ops` };
    expect(await act(alertsHere, { guildId }, there)).toEqual({ channelId: `${home}-ops` });
    expect(await act(alertsTest, { guildId })).toEqual({ channelId: `${home}-ops` });
    await fail(['news']);
    await clock.advance(5_000);
    expect(cards.posts.map(({ channelId }) => channelId)).toEqual([`${home}-ops`, `${home}-ops`]);
    await act(alertsOff, { guildId });
    await clock.advance(hourMs);
    await fail(['news']);
    await clock.advance(5_000);
    expect(cards.posts.at(-1)?.channelId).toBe(home);
  });

  test.each(['deleted', 'closed by the moment it is written to'])(
    'is %s: the target’s channel hears of it, and once of why',
    async (how) => {
      const { act, add, fail, clock, cards, told } = await bench();
      await add('news');
      await add('blog');
      const channelId = `${home}-ops`;
      await act(alertsHere, { guildId }, { ...person('1', 'manager'), channelId });
      (how === 'deleted' ? cards.closed : cards.refusing).add(channelId);
      await fail(['news']);
      await clock.advance(60_000);
      await fail(['blog']);
      await clock.advance(60_000);
      expect(cards.posts.map((post) => post.channelId)).toEqual([home, home]);
      expect((await told()).map(({ insteadOf }) => insteadOf)).toEqual([channelId, undefined]);
    },
  );

  test('is missing altogether: what is to be told waits for one', async () => {
    const { act, add, fail, clock, cards, told, log } = await bench();
    await add('news', guildId, 'elsewhere');
    await fail(['news'], 2);
    await clock.advance(60_000);
    expect(cards.posts).toEqual([]);
    expect(log.filter((line) => line.includes('no channel to say so in'))).toHaveLength(1);
    expect(await rejection(act(alertsTest, { guildId }))).toMatchObject({ code: 'ALERTS_NOWHERE' });
    await act(alertsHere, { guildId });
    await clock.advance(1_000);
    expect(await told()).toMatchObject([{ total: 2, channelId: home }]);
  });

  test('can’t be one that the bot can’t write in, nor one of another server', async () => {
    const { act, cards } = await bench();
    cards.closed.add(`${home}-x`);
    for (const channelId of [`${home}-x`, `channel-of-${otherGuildId}`]) {
      const asked = act(alertsHere, { guildId }, { ...person('1', 'manager'), channelId });
      expect(await rejection(asked)).toMatchObject({ code: 'ALERTS_CHANNEL_CLOSED' });
    }
  });
});

describe('other servers', () => {
  test('see nothing of it', async () => {
    const { act, add, fail, clock, cards } = await bench();
    await add('news');
    await add('news', otherGuildId);
    await act(alertsHere, { guildId: otherGuildId }, person('2', 'manager', otherGuildId));
    await fail(['news']);
    await clock.advance(5_000);
    expect(cards.posts).toMatchObject([{ guildId, channelId: home }]);
    const alertId = cards.posts[0]?.subject ?? '';
    const foreign = person('2', 'manager', otherGuildId);
    const asked = { guildId: otherGuildId, alertId };
    for (const refused of [act(alertShow, asked, foreign), act(alertRetry, asked, foreign)])
      expect(await rejection(refused)).toMatchObject({ code: 'ALERTS_UNKNOWN' });
  });

  test('that are served no longer get nothing until they are', async () => {
    const { add, fail, clock, cards, standings } = await bench();
    await add('news');
    // A look that is under way since the start may take the news while the guild is still served.
    cards.beforePost = async () => {
      throw new Error('still served');
    };
    await fail(['news']);
    standings.set(guildId, 'foreign');
    await clock.advance(1_000);
    cards.beforePost = async () => undefined;
    await clock.advance(60_000);
    expect(cards.posts).toEqual([]);
    standings.set(guildId, 'home');
    await clock.advance(60_000);
    expect(cards.posts).toHaveLength(1);
  });
});

describe('what else needs a person', () => {
  test('a run that was missed, told once however often it is said', async () => {
    const { publishing, add, clock, told } = await bench();
    await add('news');
    const run = {
      id: 'r1',
      guildId,
      sourceId: 's1',
      text: 'A post of “Digest” did not go out: it was refused.',
    };
    await publishing.missed(run);
    await publishing.missed(run);
    await clock.advance(60_000);
    expect(await told()).toMatchObject([{ total: 1, entries: [{ kind: 'missed', text: run.text }] }]);
  });

  test('a chain whose next link can’t be made', async () => {
    const { act, add, clock, publishing, told } = await bench();
    await add('news');
    await add('other');
    const links = [{ targets: ['news'] }];
    await act(chainAdd, {
      guildId,
      name: 'nightly',
      trigger: { kind: 'milestone', title: '*' },
      links,
      title: '{label}',
    });
    await act(targetRemove, { guildId, target: 'news' });
    await publishing.chains.milestoneReached({
      guildId,
      milestoneId: 'm1',
      title: 'Version 1',
      description: '',
      artifacts: [],
    });
    await clock.advance(60_000);
    expect(await told()).toMatchObject([
      { total: 1, entries: [{ kind: 'chain', text: expect.stringContaining('nightly') }] },
    ]);
  });

  test('a target that is held, until it goes on', async () => {
    const { act, add, clock, told, target } = await bench();
    await add('news');
    target.accidents.push('authorisation-lost');
    for (let index = 0; index < 3; index++) await act(publishCreate, { guildId, content, targets: ['news'] });
    await clock.advance(10_000);
    expect(await told()).toMatchObject([{ target: 'news', waiting: 1, entries: [{ kind: 'hold' }] }]);
    await act(targetResume, { guildId, target: 'news' });
    await clock.advance(10_000);
    expect(await told()).toMatchObject([{ waiting: 0 }]);
    expect((await act(deliveryList, { guildId, only: 'open' })).deliveries).toEqual([]);
  });
});

describe('a crash', () => {
  test.each([
    // The message waits a moment for others of its kind: in that moment the hub ends.
    { moment: 'the decision', isAsked: false },
    { moment: 'the choice of its channel', isAsked: true },
  ])('between $moment and the message loses nothing', async ({ isAsked }) => {
    const target = new SpeakingTarget();
    const first = await bench({ target });
    await first.add('news');
    let asked = 0;
    // However slow the machine is, and whichever look finds it: nothing can stand in a channel in this life.
    first.cards.beforePost = async () => {
      asked++;
      throw new Error('the hub is about to end');
    };
    await first.fail(['news']);
    await first.clock.advance(900);
    for (let turn = 0; isAsked && asked === 0 && turn < 60; turn++) await first.clock.advance(1_000);
    if (isAsked) expect(asked).toBeGreaterThan(0);
    await first.stop();
    expect(first.cards.posts).toEqual([]);
    const second = await bench({ target, folder: first.folder, clock: first.clock });
    await second.clock.advance(60_000);
    expect(await second.told()).toMatchObject([{ total: 1, entries: [{ kind: 'failed' }] }]);
  });

  test('between the message and its record makes no second one', async () => {
    const target = new SpeakingTarget();
    const first = await bench({ target });
    await first.add('news');
    first.cards.beforeAnswer = async () => {
      throw new Error('the answer was lost');
    };
    await first.fail(['news']);
    await first.clock.advance(5_000);
    expect(first.cards.posts).toHaveLength(1);
    await first.stop();
    first.cards.beforeAnswer = async () => undefined;
    const { folder, clock, cards } = first;
    const second = await bench({ target, folder, clock, cards });
    await clock.advance(60_000);
    expect(cards.posts).toHaveLength(1);
    await second.fail(['news']);
    await clock.advance(5_000);
    expect(cards.posts).toHaveLength(1);
    expect(await second.told()).toMatchObject([{ total: 2 }]);
  });
});
