import { expect, test } from 'vitest';
import { artifactAdd } from '#contracts/actions/artifacts.ts';
import { deliveryList, publishCreate, publishPreview } from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd, targetList, targetVerify } from '#contracts/actions/targets.ts';
import { type Bench, guildId, otherGuildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const credentials = [{ name: 'secret', help: 'x', required: false }];
const other = person('9', 'manager', otherGuildId);
const strong = 'kX7qZ2vB9mPr';

async function world(init: { folder?: string } = {}) {
  const target = new SpeakingTarget();
  const bench = await publishingBench({ publishers: [target.speaker('discord', { credentials })], ...init });
  return { target, bench };
}

async function addTargets({ act }: Bench): Promise<void> {
  const about = { name: 'one', publisher: 'discord', policy: 'none' } as const;
  await act(targetAdd, { ...about, guildId });
  await act(targetAdd, { ...about, guildId: otherGuildId }, other);
}

/** What a manager types into the page behind the link. */
async function typeSecret(bench: Bench, secret: string, guild = guildId): Promise<void> {
  const actor = guild === guildId ? undefined : other;
  const { link } = await bench.act(publishConnect, { guildId: guild, target: 'one' }, actor);
  await bench.publishing.connections.redeem(link?.url.split('#')[1] ?? '', { secret });
}

const awkward = [
  '{"guildId":"',
  '","content":{"title":"',
  '"outcome"',
  'with "quotes" and\nnew lines\\',
  'lone \ud800 surrogate',
  'release',
  'password',
  'Post in square',
  'https://',
  otherGuildId,
  'fake-0',
];

test.each(awkward)('a credential of one guild changes nothing for another: %j', async (secret) => {
  const { target, bench } = await world();
  const { act, db, clock } = bench;
  await addTargets(bench);
  await typeSecret(bench, secret);
  const content = { title: 'T', body: `see ${secret.toWellFormed()}` };
  const about = { guildId: otherGuildId, content, targets: ['one'] };
  const preview = await act(publishPreview, about, other);
  expect(preview.targets[0]).toMatchObject({ problems: [], parts: [{ text: `T\n${content.body}` }] });
  await act(publishCreate, about, other);
  await clock.advance(600_000);
  expect(target.texts).toEqual([`T\n${content.body}`]);
  // Its receipt and its options are shown as they are.
  const [delivery] = (await act(deliveryList, { guildId: otherGuildId, only: 'all' }, other)).deliveries;
  expect(delivery).toMatchObject({ state: 'done' });
  expect(JSON.stringify(delivery)).not.toContain('[secret]');
  expect(JSON.stringify(await act(targetList, { guildId: otherGuildId }, other))).not.toContain('[secret]');
  expect(await act(targetVerify, { guildId: otherGuildId, target: 'one' }, other)).toMatchObject({
    account: 'fake',
  });
  const rows = await db.selectFrom('audit').selectAll().where('guild_id', '=', otherGuildId).execute();
  expect(rows.filter(({ action, outcome }) => action === 'publish.create' && outcome === 'ok')).toHaveLength(
    1,
  );
  for (const { input } of rows) if (input !== null) expect(() => JSON.parse(input)).not.toThrow();
});

test('a credential holds its own guild’s posts back when it is unmistakable, and is asked for by no other', async () => {
  const { bench } = await world();
  await addTargets(bench);
  await typeSecret(bench, strong);
  const { cid } = await bench.act(artifactAdd, {
    guildId,
    label: 'a.txt',
    content: { kind: 'text', text: `see ${strong}` },
  });
  await bench.act(
    artifactAdd,
    { guildId: otherGuildId, label: 'a.txt', content: { kind: 'text', text: `see ${strong}` } },
    other,
  );
  for (const content of [
    { title: 'T', body: `see ${strong}` },
    { title: 'T', media: [{ cid }] },
  ]) {
    const own = await bench.act(publishPreview, { guildId, content, targets: ['one'] });
    expect(own.targets[0]?.problems.join()).toContain('credential');
    expect(JSON.stringify(own)).not.toContain(strong);
    const about = { guildId: otherGuildId, content, targets: ['one'] };
    const others = await bench.act(publishPreview, about, other);
    expect(others.targets[0]?.problems).toEqual([]);
    expect(JSON.stringify(others)).not.toContain('[secret]');
  }
});

test('an equal credential of two guilds holds both back', async () => {
  const { bench } = await world();
  await addTargets(bench);
  for (const guild of [guildId, otherGuildId]) await typeSecret(bench, strong, guild);
  const content = { title: 'T', body: strong };
  for (const [guild, actor] of [[guildId, undefined] as const, [otherGuildId, other] as const]) {
    const { targets } = await bench.act(publishPreview, { guildId: guild, content, targets: ['one'] }, actor);
    expect(targets[0]?.problems.join()).toContain('credential');
  }
});

test('an ordinary word holds nobody back, its own guild included, and stands in no log and no audit row', async () => {
  const { bench, target } = await world();
  await addTargets(bench);
  await typeSecret(bench, 'release');
  const content = { title: 'T', body: 'our release' };
  const about = { guildId, content, targets: ['one'] };
  expect((await bench.act(publishPreview, about)).targets[0]).toMatchObject({
    problems: [],
    parts: [{ text: 'T\nour release' }],
  });
  await bench.act(publishCreate, about);
  await bench.clock.advance(600_000);
  expect(target.texts).toEqual(['T\nour release']);
  const rows = await bench.db.selectFrom('audit').selectAll().execute();
  expect(JSON.stringify([rows, bench.log])).not.toContain('release');
  expect(JSON.stringify(rows)).toContain('our [secret]');
});

test('after a restart each credential is its own guild’s again', async () => {
  const first = await world();
  await addTargets(first.bench);
  await typeSecret(first.bench, strong);
  await first.bench.stop();
  const { bench } = await world({ folder: first.bench.folder });
  expect(bench.scrubber.of(guildId).find(strong)).toHaveLength(1);
  expect(bench.scrubber.of(otherGuildId).find(strong)).toEqual([]);
  expect(bench.scrubber.scrub(strong)).toBe('[secret]');
});
