import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Fault, FaultyServer } from '../plugins/compliance/fake-platform.ts';
import { LeapingClock } from '../support/leaping-clock.ts';
import { newsChannelId, openPublishingWorld, type PublishingWorld } from './support/publishing-hub.ts';
import { say, until } from './support/two-communities.ts';

const minuteMs = 60_000;

/** Archive, then release, then a message and a post that lead to both. */
async function setUp({ ada }: PublishingWorld): Promise<void> {
  const targets = [
    `name:news publisher:discord options:"kind=message channelId=${newsChannelId}"`,
    'name:archive publisher:archive-org options:"kind=item project=guildmesh"',
    'name:release publisher:github options:"kind=release owner=north repo=site tag={slug}"',
    'name:x publisher:x',
  ];
  for (const target of targets) await say(ada, `/publish target add ${target} approval:none`);
  const added = await say(
    ada,
    '/chain add name:out on:artifact match:*.tgz links:"archive > release > news, x"',
  );
  expect(added).toContain('archive → release → news + x');
}

async function chainSays({ ada }: PublishingWorld, words: RegExp, timeoutMs?: number): Promise<string> {
  let shown = '';
  await until(
    `the chain to say ${words}`,
    async () => {
      shown = await say(ada, '/chain show chain:out');
      return words.test(shown);
    },
    timeoutMs,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; it says: ${shown}`);
  });
  return shown;
}

/** Everything of this name there is, anywhere: each once, the posts with the addresses of what came before. */
function expectOnce(world: PublishingWorld, name: string): void {
  const slug = name.replace('.', '-');
  const items = world.archive.effects().filter(({ id }) => id.endsWith(`/${name}`));
  const releases = world.github.repository.releases.filter(({ tag }) => tag === slug);
  const messages = world.news().filter((text) => text.includes(name));
  const posts = world.x.posts.filter(({ sent }) => sent.includes(name));
  expect([items, releases, messages, posts].map(({ length }) => length)).toEqual([1, 1, 1, 1]);
  const item = `/ia/details/${items[0]?.id.split('/')[0]}`;
  const release = `https://github.com/north/site/releases/tag/${slug}`;
  expect(releases[0]?.assets.map((asset) => asset.name)).toEqual([name]);
  expect(releases[0]?.body).toContain(item);
  for (const text of [messages[0], posts[0]?.sent]) {
    expect(text).toContain(item);
    expect(text).toContain(release);
  }
}

function expectNoViolations({ github, x, archive, playground }: PublishingWorld): void {
  const all = [github, x, archive].flatMap((platform) => [...platform.violations()]);
  expect([...all, ...playground.violations]).toEqual([]);
}

describe('a chain in a hub process', () => {
  let world: PublishingWorld;

  beforeAll(async () => {
    world = await openPublishingWorld();
    await world.hub.start();
    await setUp(world);
  });
  afterAll(async () => {
    await world.close();
    expectNoViolations(world);
  });

  test('a milestone a few seconds ahead stands in the channel at its time', async () => {
    const atMs = Math.ceil(Date.now() / 1_000) * 1_000 + 4_000;
    const local = new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
    await say(world.ada, `/milestone add title:"Lift-off" at:"${local}" zone:UTC targets:news posts:0`);
    await until('the post', async () => world.news().some((text) => text.startsWith('**Now: Lift-off**')));
    const lateMs = Date.now() - atMs;
    expect(lateMs).toBeGreaterThanOrEqual(0);
    expect(lateMs).toBeLessThan(5_000);
  });

  test('stops where the tag is taken, says where, and goes on when told to', async () => {
    const { releases } = world.github.repository;
    releases.push({ id: 1, tag: 'one-tgz', body: 'made by hand', draft: false, assets: [] });
    await world.arrives('one.tgz', 'the first build');
    const stopped = await chainSays(world, /🔴 \*\*one\.tgz\*\* · link 2 of 3/);
    expect(stopped).toMatch(
      /⛔ Link 2 of 3\\: release would refuse this\\: The tag one\\-tgz already has a release/,
    );
    expect(stopped).toMatch(/• archive \[done\]\(.*\n• release failed\n• news waiting, x waiting/);
    expect(world.news().join()).not.toContain('one.tgz');

    releases.length = 0;
    const [run] = await world.ada.autocomplete('/chain resume chain:out run:one');
    expect(run?.name).toMatch(/^one\.tgz · Link 2 of 3: release would refuse this/);
    await say(world.ada, `/chain resume chain:out run:${run?.value}`);
    await chainSays(world, /🟢 \*\*one\.tgz\*\* · all 3 links/);
    expectOnce(world, 'one.tgz');
    expect(await say(world.ada, `/chain resume chain:out run:${run?.value}`)).toContain(
      'PUBLISH_RUN_NOT_STOPPED',
    );
  });

  test('goes on after kill -9, with a run at each of its links', async () => {
    const { archive, github, x } = world;
    const answeredLate: Fault = { kind: 'late', delayMs: 20_000 };
    // The last link: the message stands in the channel, X has the post and hasn't answered.
    await heldUp(x.server, answeredLate, 'third.tgz');
    await until('the message', async () => world.news().some((text) => text.includes('third.tgz')));
    // GitHub has made the release, and nobody has been told.
    await heldUp(github.server, answeredLate, 'second.tgz');
    // Nothing of it is anywhere yet.
    await heldUp(archive.server, { kind: 'silent' }, 'first.tgz');
    for (const { server } of [archive, github, x]) server.expectFaults({});
    // Later than any of the three requests could still take effect.
    await world.killAndStartLater(10 * minuteMs);
    for (const name of ['third', 'second', 'first'])
      await chainSays(world, new RegExp(`🟢 \\*\\*${name}\\.tgz\\*\\* · all 3 links`));
    for (const name of ['first.tgz', 'second.tgz', 'third.tgz']) expectOnce(world, name);
  }, 60_000);

  async function heldUp(server: FaultyServer, fault: Fault, name: string): Promise<void> {
    server.expectFaults({ 0: fault });
    await world.arrives(name, `the bytes of ${name}`);
    await until(`the write for ${name}`, async () => server.writeCount > 0);
  }
});

describe('a chain whose link fails until nobody tries any more', () => {
  test('stops, and goes on when its delivery is retried', async () => {
    const clock = new LeapingClock();
    const world = await openPublishingWorld();
    await world.startInside(clock);
    await setUp(world);
    const down: Fault = { kind: 'answer', answer: { status: 502, body: 'bad gateway' } };
    world.github.server.expectFaults(
      Object.fromEntries(Array.from({ length: 50 }, (_, write) => [write, down])),
    );
    await world.arrives('late.tgz', 'the build');
    await until(
      'the release to be given up',
      async () => {
        clock.leap(20 * minuteMs);
        return (await say(world.ada, '/chain show chain:out')).includes('🔴');
      },
      40_000,
    );
    const stopped = await say(world.ada, '/chain show chain:out');
    expect(stopped).toMatch(/⛔ Link 2 of 3\\: release/);
    expect(world.news()).toEqual([]);
    world.github.server.expectFaults({});
    const [delivery] = await world.ada.autocomplete('/deliveries retry delivery:');
    await say(world.ada, `/deliveries retry delivery:${delivery?.value}`);
    await until('the chain to be through', async () => {
      clock.leap(1_000);
      return (await say(world.ada, '/chain show chain:out')).includes('🟢 **late.tgz** · all 3 links');
    });
    expectOnce(world, 'late.tgz');
    await world.close();
    expectNoViolations(world);
  }, 90_000);
});
