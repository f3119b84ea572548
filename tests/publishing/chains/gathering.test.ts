import { describe, expect, test } from 'vitest';
import { artifactAdd } from '#contracts/actions/artifacts.ts';
import {
  chainAdd,
  chainRun,
  chainShow,
  gatheredFilesMax,
  gatherHoursMax,
} from '#contracts/actions/chains.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { githubBench } from '../support/github-bench.ts';
import { type BenchInit, guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const minuteMs = 60_000;
const four = ['linux.tar.gz', 'mac.tar.gz', 'windows.zip']
  .map((end) => `app-1.2.0-${end}`)
  .concat('app-1.2.0.sha256');

async function bench(gather: object | undefined, init: Partial<BenchInit> = {}) {
  const place = new SpeakingTarget();
  const made = await publishingBench({ publishers: [place.speaker('fake')], ...init });
  const known = init.folder
    ? await made.act(chainShow, { guildId, chain: 'out' }).catch(() => undefined)
    : undefined;
  if (!known) {
    await made.act(targetAdd, { guildId, name: 'place', publisher: 'fake', policy: 'none' });
    await made.act(chainAdd, {
      guildId,
      name: 'out',
      trigger: { kind: 'artifact', label: 'app-{version}*', ...(gather && { gather }) },
      title: 'App {version}',
      body: '{label}',
      tags: ['{version}'],
      links: [{ targets: ['place'] }],
    });
  }
  async function put(label: string, text = label): Promise<string> {
    const kept = await made.act(artifactAdd, { guildId, label, content: { kind: 'text', text } });
    await made.clock.advance(1_000);
    return kept.cid;
  }
  const runs = async () => (await made.act(chainShow, { guildId, chain: 'out' })).runs;
  const sent = () => place.effects.map(({ body }) => body);
  return { ...made, place, put, runs, sent };
}

/** Lets arrivals, links and deliveries come to rest. */
async function settle(
  { clock }: { clock: { advance(ms: number): Promise<void> } },
  ms: number,
): Promise<void> {
  for (let passed = 0; passed < ms; passed += 30_000) {
    await clock.advance(Math.min(30_000, ms - passed));
    await atRest(clock);
  }
}

/** What is under way goes through the database, which the clock knows nothing of. */
async function atRest(clock: { advance(ms: number): Promise<void> }): Promise<void> {
  for (let turn = 0; turn < 12; turn++) {
    await new Promise((go) => setTimeout(go, 5));
    await clock.advance(0);
  }
}

describe('artifacts of one version', () => {
  test('become one run when nothing more has come for a while', async () => {
    const made = await bench({ quietMinutes: 3 });
    for (const label of four) await made.put(label);
    const [gathering, ...others] = await made.runs();
    expect(others).toEqual([]);
    expect(gathering).toMatchObject({ state: 'gathering', label: '1.2.0' });
    expect(gathering?.reason).toBe('4 files so far; it begins 3 minutes after the last');
    await settle(made, 2 * minuteMs);
    expect(made.sent()).toEqual([]);
    // A late one: the quiet time restarts.
    await made.put('app-1.2.0-bsd.tar.gz');
    await settle(made, 2 * minuteMs);
    expect(made.sent()).toEqual([]);
    await settle(made, 2 * minuteMs);
    expect(made.sent()).toEqual(['App 1.2.0\n1.2.0']);
    expect(await made.runs()).toMatchObject([{ state: 'done', label: '1.2.0' }]);
  });

  test('of two versions become two runs', async () => {
    const made = await bench({ quietMinutes: 1 });
    for (const label of ['app-1.2.0-a', 'app-1.3.0-a', 'app-1.2.0-b', 'app-1.3.0-b']) await made.put(label);
    await settle(made, 2 * minuteMs);
    expect(made.sent().toSorted()).toEqual(['App 1.2.0\n1.2.0', 'App 1.3.0\n1.3.0']);
  });

  test('begin as soon as all that are expected have come, also those without a version', async () => {
    const expected = ['app-{version}-linux.tar.gz', 'app-{version}-mac.tar.gz', 'checksums.txt'];
    const made = await bench({ expected });
    await made.put('checksums.txt');
    await made.put('app-1.2.0-linux.tar.gz');
    expect((await made.runs())[0]?.reason).toBe('2 of 3 files have come; missing: app-{version}-mac.tar.gz');
    await settle(made, 60 * minuteMs);
    expect(made.sent()).toEqual([]);
    await made.put('app-1.2.0-mac.tar.gz');
    await settle(made, minuteMs);
    expect(made.sent()).toEqual(['App 1.2.0\n1.2.0']);
  });

  test('that never become complete stop with what is missing, and can be let go on', async () => {
    const made = await bench({ expected: ['app-{version}-a', 'app-{version}-b'] });
    await made.put('app-1.2.0-a');
    await settle(made, minuteMs);
    await made.clock.advance(gatherHoursMax * 60 * minuteMs);
    await settle(made, minuteMs);
    const [run] = await made.runs();
    expect(run).toMatchObject({ state: 'stopped' });
    expect(run?.reason).toMatch(/1 of 2 files have come within 24 hours; missing: app-\{version\}-b/);
    await made.act(chainRun, { guildId, chain: 'out', kind: 'resume', runId: run?.id ?? '' });
    await settle(made, minuteMs);
    expect(made.sent()).toEqual(['App 1.2.0\n1.2.0']);
  });

  test('with a file built once more hold the newer one', async () => {
    const made = await bench({ quietMinutes: 1 });
    await made.put('app-1.2.0-a', 'old');
    const newer = await made.put('app-1.2.0-a', 'new');
    await settle(made, 2 * minuteMs);
    const row = await made.db.selectFrom('chain_run').select('artifacts').executeTakeFirstOrThrow();
    expect(JSON.parse(row.artifacts)).toEqual([newer]);
  });

  test(`are ${gatheredFilesMax} at most: then it begins`, async () => {
    const made = await bench({ quietMinutes: 600 });
    for (let file = 0; file < gatheredFilesMax; file++) await made.put(`app-1.2.0-${file}`);
    await settle(made, minuteMs);
    expect(made.sent()).toEqual(['App 1.2.0\n1.2.0']);
  });

  test('are one run after a restart in the middle, too', async () => {
    using folder = temporaryFolder();
    const first = await bench({ quietMinutes: 5 }, { folder: folder.path });
    await first.put('app-1.2.0-a');
    await first.put('app-1.2.0-b');
    const { clock } = first;
    await first.stop();
    const made = await bench({ quietMinutes: 5 }, { folder: folder.path, clock });
    await made.put('app-1.2.0-c');
    await settle(made, 7 * minuteMs);
    expect(made.sent()).toHaveLength(1);
    const row = await made.db.selectFrom('chain_run').select('artifacts').executeTakeFirstOrThrow();
    expect(JSON.parse(row.artifacts)).toHaveLength(3);
  });

  test('in a chain that gathers nothing are a run each, as before', async () => {
    const made = await bench(undefined);
    for (const label of ['app-1.2.0-a', 'app-1.2.0-b']) await made.put(label);
    await settle(made, minuteMs);
    expect(made.sent()).toEqual(['App 1.2.0\napp-1.2.0-a', 'App 1.2.0\napp-1.2.0-b']);
  });

  test('can’t be told by two versions in one label', async () => {
    const made = await bench({});
    const add = made.act(chainAdd, {
      guildId,
      name: 'two',
      trigger: { kind: 'artifact', label: '{version}-{version}', gather: {} },
      links: [{ targets: ['place'] }],
    });
    expect(await rejection(add)).toMatchObject({ code: 'PUBLISH_CHAIN_INVALID' });
  });
});

test('four files of one version become one release, with all of them, published once', async () => {
  const made = await githubBench();
  const { act, fake, addFile, clock } = made;
  fake.repository.immutableReleases = true;
  await made.addTarget({}, 'none');
  await act(chainAdd, {
    guildId,
    name: 'out',
    trigger: { kind: 'artifact', label: 'app-{version}*', gather: { quietMinutes: 1 } },
    title: 'App {version}',
    tags: ['{version}'],
    links: [{ targets: ['release'] }],
  });
  for (const label of four) {
    await addFile(label);
    await clock.advance(1_000);
  }
  await made.until(async () =>
    (await act(chainShow, { guildId, chain: 'out' })).runs[0]?.state === 'done' ? true : undefined,
  );
  expect(fake.repository.releaseEvents).toMatchObject([{ tag: '1.2.0', files: 4 }]);
  expect(fake.repository.releases.map(({ assets }) => assets.map(({ name }) => name).toSorted())).toEqual([
    four.toSorted(),
  ]);
  expect(fake.violations()).toEqual([]);
});
