import { describe, expect, test } from 'vitest';
import { chainAdd, chainRemove, chainRun, chainShow } from '#contracts/actions/chains.ts';
import { deliveryDiscard, deliveryList, deliveryRetry, publishApprove } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { playerUpload } from '#contracts/artifacts.ts';
import { chainsPerGuildMax, openRunsPerChainMax, runsPerChainMax } from '#publishing/chains/chain-store.ts';
import { runsShownMax } from '#publishing/chains/chain-views.ts';
import {
  type Bench,
  type BenchInit,
  guildId,
  otherGuildId,
  person,
  publishingBench,
} from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const names = ['archive', 'release', 'chat', 'posts'] as const;

async function bench(init: Partial<BenchInit> = {}) {
  const targets = Object.fromEntries(names.map((name) => [name, new SpeakingTarget()])) as Record<
    (typeof names)[number],
    SpeakingTarget
  >;
  const publishers = names.map((name) => targets[name].speaker(name));
  return { ...(await publishingBench({ publishers, ...init })), targets, publishers };
}

const links = [
  { targets: ['archive'] },
  { targets: ['release'], body: 'Archived at {receipt:archive}' },
  { targets: ['chat', 'posts'], body: '{receipt:release} and {receipt:archive}' },
];

async function chained(trigger: object = { kind: 'manual' }, init: Partial<BenchInit> = {}) {
  const made = await bench(init);
  for (const name of names) await made.act(targetAdd, { guildId, name, publisher: name, policy: 'none' });
  await made.act(chainAdd, { guildId, name: 'out', trigger: trigger as { kind: 'manual' }, links });
  return made;
}

async function* bytes(text: string) {
  yield Buffer.from(text);
}

async function put(
  { publishing, clock }: Bench,
  label: string,
  guild = guildId,
  source = 'upload',
): Promise<string> {
  const signal = AbortSignal.timeout(10_000);
  const draft = { label, guildId: guild, source };
  const kept = await publishing.artifacts.put(draft, bytes(`the bytes of ${label}`), signal);
  await clock.advance(5_000);
  return kept.cid;
}

async function runs({ act }: Bench) {
  return (await act(chainShow, { guildId, chain: 'out' })).runs;
}

describe('a chain', () => {
  test('goes from an artifact through its links, each with the addresses of the earlier ones', async () => {
    const made = await chained({ kind: 'artifact', label: 'guildmesh-*.tgz' });
    const cid = await put(made, 'guildmesh-1.2.tgz');
    await put(made, 'notes.txt');
    await put(made, 'guildmesh-9.tgz', otherGuildId);
    await put(made, 'guildmesh-song.tgz', guildId, playerUpload);
    await made.clock.advance(60_000);
    const { archive, release, chat, posts } = made.targets;
    const at = (target: SpeakingTarget) => `https://target.example/${target.effects[0]?.key}/post`;
    expect(archive.texts).toEqual(['guildmesh-1.2.tgz\n']);
    expect(release.texts).toEqual([`guildmesh-1.2.tgz\nArchived at ${at(archive)}`]);
    for (const target of [chat, posts])
      expect(target.texts).toEqual([`guildmesh-1.2.tgz\n${at(release)} and ${at(archive)}`]);
    const [run, ...others] = await runs(made);
    expect(others).toEqual([]);
    expect(run).toMatchObject({ state: 'done', link: 3, label: 'guildmesh-1.2.tgz' });
    const steps = await made.db.selectFrom('delivery_step').select('step').execute();
    expect(steps.every(({ step }) => step.includes(cid))).toBe(true);
  });

  test('starts from a milestone, once, however often it is reported', async () => {
    const made = await chained({ kind: 'milestone', title: '*beta*' });
    const event = {
      guildId,
      milestoneId: 'm1',
      title: 'Public Beta',
      description: 'It works.',
      artifacts: [],
    };
    await made.publishing.chains.milestoneReached(event);
    await made.publishing.chains.milestoneReached(event);
    await made.publishing.chains.milestoneReached({ ...event, milestoneId: 'm2', title: 'Something else' });
    await made.clock.advance(60_000);
    expect(made.targets.archive.texts).toEqual(['Public Beta\nIt works.']);
    expect(made.targets.posts.effects).toHaveLength(1);
  });

  test('stops where it is refused, says where, and goes on from there when that is retried', async () => {
    const made = await chained();
    made.targets.release.accidents.push('refused');
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await made.clock.advance(60_000);
    const [stopped] = await runs(made);
    expect(stopped).toMatchObject({ state: 'stopped', link: 2 });
    expect(stopped?.reason).toContain('Link 2 of 3: release');
    expect(stopped?.reason).toContain('the text is too long');
    expect(made.targets.chat.effects).toEqual([]);
    await made.act(deliveryRetry, { guildId, deliveryId: stopped?.links[1]?.deliveries[0]?.id ?? '' });
    await made.clock.advance(60_000);
    expect(await runs(made)).toMatchObject([{ state: 'done' }]);
    for (const name of names) expect(made.targets[name].effects, name).toHaveLength(1);
  });

  test('is resumed as a whole, also when a link could not even be made', async () => {
    const made = await chained();
    const { db } = made;
    await db.updateTable('target').set({ removed_at_ms: 1 }).where('name', '=', 'release').execute();
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await made.clock.advance(60_000);
    const [stopped] = await runs(made);
    expect(stopped).toMatchObject({
      state: 'stopped',
      reason: expect.stringContaining('no target “release”'),
    });
    await db.updateTable('target').set({ removed_at_ms: null }).execute();
    const resume = { guildId, chain: 'out', kind: 'resume', runId: stopped?.id ?? '' } as const;
    await made.act(chainRun, resume);
    await made.clock.advance(60_000);
    expect(await runs(made)).toMatchObject([{ state: 'done' }]);
    await expect(made.act(chainRun, resume)).rejects.toMatchObject({ code: 'PUBLISH_RUN_NOT_STOPPED' });
  });

  test('stays stopped where a person gave a delivery up', async () => {
    const made = await chained();
    made.targets.archive.accidents.push('refused');
    const run = await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await made.clock.advance(10_000);
    const [stopped] = await runs(made);
    await made.act(deliveryDiscard, { guildId, deliveryId: stopped?.links[0]?.deliveries[0]?.id ?? '' });
    await made.clock.advance(60_000);
    expect(await runs(made)).toMatchObject([
      { state: 'stopped', reason: expect.stringContaining('archive') },
    ]);
    await expect(
      made.act(chainRun, { guildId, chain: 'out', kind: 'resume', runId: run.id }),
    ).rejects.toMatchObject({ code: 'PUBLISH_RUN_NOT_STOPPED' });
  });

  test.each([0, 1, 2])('is taken up at link %i after the process has ended there', async (link) => {
    const first = await chained();
    const held = (['archive', 'release', 'chat'] as const)[link] ?? 'archive';
    // Its answer never comes: the process ends while it waits.
    first.targets[held].accidents.push('silent');
    await first.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await first.clock.advance(3_000);
    await first.stop();
    const again = await publishingBench({ ...first, publishers: first.publishers, folder: first.folder });
    await again.clock.advance(600_000);
    expect(await runs(again)).toMatchObject([{ state: 'done' }]);
    for (const name of names) expect(first.targets[name].effects, name).toHaveLength(1);
  });

  test('starts for what arrived while the hub was down, once', async () => {
    const first = await chained({ kind: 'artifact', label: '*' });
    await first.clock.advance(1_000);
    const { db } = first;
    await put(first, 'one.txt');
    await first.clock.advance(60_000);
    // As if the process had ended between the arrival and the run.
    await db.deleteFrom('chain_run').execute();
    await first.stop();
    const again = await publishingBench({ ...first, publishers: first.publishers, folder: first.folder });
    await again.clock.advance(60_000);
    expect(await runs(again)).toHaveLength(1);
    await again.stop();
    const third = await publishingBench({ ...first, publishers: first.publishers, folder: first.folder });
    await third.clock.advance(60_000);
    expect(await runs(third)).toHaveLength(1);
  });

  test('starts for what the hub took in for all its guilds, at once as after a restart', async () => {
    const made = await chained({ kind: 'artifact', label: '*' });
    const draft = { label: 'ours.tgz', source: 'folder' };
    await made.publishing.artifacts.put(draft, bytes('ours'), AbortSignal.timeout(10_000));
    await expect
      .poll(async () => {
        await made.clock.advance(5_000);
        return (await runs(made))[0];
      })
      .toMatchObject({ state: 'done', label: 'ours.tgz' });
  });

  test('posts nothing again for a run that was deleted and is started again', async () => {
    const first = await chained({ kind: 'artifact', label: '*' });
    await put(first, 'one.txt');
    await first.clock.advance(60_000);
    await first.db.deleteFrom('chain_run').execute();
    await first.stop();
    const again = await publishingBench({ ...first, publishers: first.publishers, folder: first.folder });
    await again.clock.advance(60_000);
    expect(await runs(again)).toMatchObject([{ state: 'done' }]);
    for (const name of names) expect(first.targets[name].effects, name).toHaveLength(1);
  });

  test('starts no further run while a hundred are not through, and says so; other chains go on', async () => {
    const made = await chained({ kind: 'milestone', title: '*' });
    const { db, act, publishing } = made;
    const trigger = { kind: 'milestone' as const, title: '*' };
    await act(chainAdd, { guildId, name: 'other', trigger, links: [{ targets: ['posts'] }] });
    made.targets.archive.accidents.push('refused');
    await act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await made.clock.advance(10_000);
    const row = await db.selectFrom('chain_run').selectAll().executeTakeFirstOrThrow();
    for (let count = 1; count < openRunsPerChainMax; count++)
      await db
        .insertInto('chain_run')
        .values({ ...row, id: `run-${count}`, cause: `run-${count}` })
        .execute();
    const event = { guildId, milestoneId: 'm1', title: 'Beta', description: '', artifacts: [] };
    const stuck = { code: 'PUBLISH_CHAIN_STUCK', details: { max: openRunsPerChainMax } };
    await expect(publishing.chains.milestoneReached(event)).rejects.toMatchObject(stuck);
    await expect(act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'Two' })).rejects.toMatchObject(
      stuck,
    );
    await made.clock.advance(60_000);
    expect(made.targets.posts.texts).toEqual(['Beta\n']);
    expect(await runs(made)).toHaveLength(runsShownMax);
  });

  test('shows a stopped run however many have run since', async () => {
    const made = await chained();
    made.targets.archive.accidents.push('refused');
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'broken' });
    await made.clock.advance(10_000);
    for (let count = 0; count < runsShownMax; count++)
      await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: `${count}` });
    await made.clock.advance(60_000);
    expect((await runs(made))[0]).toMatchObject({ state: 'stopped', label: 'broken' });
  });

  test('lets go of runs that are over, beyond the newest hundred', async () => {
    const made = await chained();
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await made.clock.advance(60_000);
    const { db } = made;
    const row = await db.selectFrom('chain_run').selectAll().executeTakeFirstOrThrow();
    for (let count = 0; count < runsPerChainMax + 10; count++)
      await db
        .insertInto('chain_run')
        .values({ ...row, id: `run-${count}`, cause: `run-${count}`, started_at_ms: 1_000 + count })
        .execute();
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'Two' });
    const kept = await db.selectFrom('chain_run').select('id').where('label', '=', 'One').execute();
    expect(kept).toHaveLength(runsPerChainMax);
    expect(kept.map(({ id }) => id)).not.toContain('run-0');
  });

  test('says what a run waits for: an approval, a target that is held, another try', async () => {
    const made = await bench();
    for (const name of names) await made.act(targetAdd, { guildId, name, publisher: name });
    await made.act(chainAdd, { guildId, name: 'out', trigger: { kind: 'manual' }, links });
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    const reason = async () => (await runs(made))[0]?.reason;
    expect(await reason()).toBe('Link 1 of 3: archive waits for 1 approval');
    made.targets.archive.accidents.push('not-sent', 'authorisation-lost');
    const [run] = await runs(made);
    const { id = '' } = run?.links[0]?.deliveries[0] ?? {};
    const { deliveries } = await made.act(deliveryList, { guildId, only: 'all' });
    const stepsHash = deliveries[0]?.stepsHash ?? '';
    await made.act(publishApprove, { guildId, deliveryId: id, stepsHash }, person('2', 'manager'));
    await made.clock.advance(300);
    expect(await reason()).toBe('Link 1 of 3: archive is tried again after 1 attempt');
    await made.clock.advance(10_000);
    expect(await reason()).toContain('Link 1 of 3: archive is held: ');
  });

  test('says that a link’s fate is looked up', async () => {
    const made = await chained();
    made.targets.archive.accidents.push('lost-before-effect');
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await made.clock.advance(300);
    expect((await runs(made))[0]?.reason).toBe(
      'Link 1 of 3: no answer came from archive; it is looked up whether it landed',
    );
  });

  test('lists where it landed so far, and leaves the files out where a link says so', async () => {
    const made = await bench();
    for (const name of names) await made.act(targetAdd, { guildId, name, publisher: name, policy: 'none' });
    const trigger = { kind: 'artifact' as const, label: '*' };
    const plain = [{ targets: ['archive'] }, { targets: ['release'] }];
    const last = { targets: ['chat', 'posts'], withArtifacts: false };
    await made.act(chainAdd, { guildId, name: 'out', trigger, links: [...plain, last] });
    const cid = await put(made, 'one.tgz');
    await expect
      .poll(async () => {
        await made.clock.advance(5_000);
        return (await runs(made))[0]?.state;
      })
      .toBe('done');
    const { archive, release, chat } = made.targets;
    const at = (target: SpeakingTarget) => `https://target.example/${target.effects[0]?.key}/post`;
    expect(archive.texts).toEqual(['one.tgz\n']);
    expect(release.texts).toEqual([`one.tgz\narchive: ${at(archive)}`]);
    expect(chat.texts).toEqual([`one.tgz\narchive: ${at(archive)}\nrelease: ${at(release)}`]);
    const rows = await made.db.selectFrom('delivery_step').select('step').execute();
    expect(rows.filter(({ step }) => step.includes(cid))).toHaveLength(2);
  });

  test('has at most twenty in a server', async () => {
    const made = await chained();
    const links = [{ targets: ['archive'] }];
    for (let count = 1; count < chainsPerGuildMax; count++)
      await made.act(chainAdd, { guildId, name: `c${count}`, trigger: { kind: 'manual' }, links });
    await expect(
      made.act(chainAdd, { guildId, name: 'more', trigger: { kind: 'manual' }, links }),
    ).rejects.toMatchObject({ code: 'PUBLISH_TOO_MANY' });
  });

  test('leaves alone what was there before it', async () => {
    const first = await bench();
    await put(first, 'old.txt');
    for (const name of names) await first.act(targetAdd, { guildId, name, publisher: name, policy: 'none' });
    await first.act(chainAdd, { guildId, name: 'out', trigger: { kind: 'artifact', label: '*' }, links });
    await first.stop();
    const again = await publishingBench({ ...first, publishers: first.publishers, folder: first.folder });
    await again.clock.advance(60_000);
    expect(await runs(again)).toEqual([]);
  });

  test('goes no further once it is removed', async () => {
    const made = await chained();
    made.targets.archive.accidents.push('not-sent');
    await made.act(chainRun, { guildId, chain: 'out', kind: 'start', label: 'One' });
    await made.act(chainRemove, { guildId, chain: 'out' });
    await made.clock.advance(120_000);
    expect(made.targets.archive.effects).toHaveLength(1);
    expect(made.targets.release.effects).toEqual([]);
  });

  test('is refused with everything that can’t work', async () => {
    const made = await chained();
    const add = {
      guildId,
      name: 'wrong',
      trigger: { kind: 'manual' as const },
      links: [{ targets: ['chat'], body: '{receipt:release}' }, { targets: ['chat'] }],
    };
    await expect(made.act(chainAdd, add)).rejects.toMatchObject({
      code: 'PUBLISH_CHAIN_INVALID',
      details: {
        problems: [
          'link 1 wants the receipt of “release”, which no earlier link has',
          'link 2 has “chat”, which was there before',
        ],
      },
    });
    await expect(made.act(chainAdd, { ...add, name: 'out', links })).rejects.toMatchObject({
      code: 'PUBLISH_CHAIN_TAKEN',
    });
    await expect(made.act(chainShow, { guildId, chain: 'oout' })).rejects.toMatchObject({
      code: 'PUBLISH_NO_CHAIN',
      message: expect.stringContaining('did you mean “out”'),
    });
  });

  test('takes what a label contains as text, not as a template', async () => {
    const made = await chained();
    await made.act(chainRun, {
      guildId,
      chain: 'out',
      kind: 'start',
      label: '{description}',
      description: 'x',
    });
    await made.clock.advance(10_000);
    expect(made.targets.archive.texts).toEqual(['{description}\nx']);
  });
});
