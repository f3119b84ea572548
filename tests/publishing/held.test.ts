import { describe, expect, test } from 'vitest';
import { chainAdd, chainRun, chainShow } from '#contracts/actions/chains.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { guildId, otherGuildId, person, publishingBench } from './support/publishing-bench.ts';
import { SpeakingTarget } from './support/speaking-target.ts';

const names = ['archive', 'release', 'posts'] as const;

async function bench() {
  const targets = {
    archive: new SpeakingTarget(),
    release: new SpeakingTarget(),
    posts: new SpeakingTarget(),
  };
  const publishers = names.map((name) => targets[name].speaker(name));
  return { ...(await publishingBench({ publishers })), targets };
}

async function* bytes() {
  yield Buffer.from('one');
}

/** One place after the other. */
async function chained(
  trigger: { kind: 'manual' } | { kind: 'artifact'; label: string } = { kind: 'manual' },
) {
  const made = await bench();
  for (const name of names) await made.act(targetAdd, { guildId, name, publisher: name, policy: 'none' });
  const links = names.map((name) => ({ targets: [name] }));
  await made.act(chainAdd, { guildId, name: 'out', trigger, links });
  return made;
}

describe('of a guild that is served no longer', () => {
  test('a chain stands still after what was in hand, and goes on when it is served again', async () => {
    const made = await chained();
    const { targets, standings, clock } = made;
    targets.archive.uses = async () => standings.set(guildId, 'foreign');
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await clock.advance(3_600_000);
    expect([targets.archive, targets.release].map(({ texts }) => texts.length)).toEqual([1, 0]);
    // Not even ordered: nothing new is stored of it.
    expect(await made.db.selectFrom('publication').select('id').execute()).toHaveLength(1);
    standings.set(guildId, 'home');
    await clock.advance(60_000);
    expect(targets.posts.effects).toHaveLength(1);
    expect(targets.archive.effects).toHaveLength(1);
  });

  test('open deliveries wait while they are due, and leave when it is served again; those of others leave', async () => {
    const { publishing, act, targets, standings, clock } = await bench();
    for (const guild of [guildId, otherGuildId])
      await act(
        targetAdd,
        { guildId: guild, name: 'posts', publisher: 'posts', policy: 'none' },
        person('1', 'manager', guild),
      );
    const order = (guild: string) =>
      publishing.publications.order({
        ...{ guildId: guild, cause: `test ${guild}`, targets: ['posts'], orderedBy: 'system:test' },
        ...{ content: { title: guild }, dueAtMs: clock.nowMs() + 60_000 },
      });
    await Promise.all([order(guildId), order(otherGuildId)]);
    standings.set(guildId, 'foreign');
    // As late as its publisher takes it.
    await clock.advance(90_000);
    expect(targets.posts.texts).toEqual([`${otherGuildId}\n`]);
    standings.set(guildId, 'home');
    await clock.advance(10_000);
    expect(targets.posts.texts).toEqual([`${otherGuildId}\n`, `${guildId}\n`]);
  });

  test('an arrival starts no chain of it', async () => {
    const made = await chained({ kind: 'artifact', label: '*' });
    made.standings.set(guildId, 'foreign');
    const draft = { label: 'one', guildId, source: 'upload' };
    await made.publishing.artifacts.put(draft, bytes(), AbortSignal.timeout(10_000));
    await made.clock.advance(5_000);
    made.standings.set(guildId, 'home');
    await made.clock.advance(60_000);
    expect((await made.act(chainShow, { guildId, chain: 'out' })).runs).toEqual([]);
  });
});
