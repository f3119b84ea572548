import { describe, expect, test } from 'vitest';
import {
  type DeliveryView,
  deliveryDiscard,
  publicationPreview,
  publicationShow,
  publishApprove,
  publishCreate,
} from '#contracts/actions/publish.ts';
import type { Publisher } from '#contracts/publisher.ts';
import { github as githubPlugin } from '#plugins/github/index.ts';
import { assembled } from '#publishing/publishers.ts';
import { openFakeGithub } from '../../plugins/github/fake-github.ts';
import { refusal } from '../../plugins/github/fake-route.ts';
import { rejection } from '../../support/rejection.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { githubBench } from '../support/github-bench.ts';
import { guildId } from '../support/publishing-bench.ts';

const github = await assembled(githubPlugin);

type Bench = Awaited<ReturnType<typeof githubBench>>;
const labels = ['app-linux.tar.gz', 'app-mac.tar.gz'];

async function order(bench: Bench, at?: { local: string; zone: string }): Promise<string> {
  const media = [];
  for (const label of labels) media.push({ cid: await bench.addFile(label) });
  const content = { title: 'Version 1.2', body: 'Done.', tags: ['v1.2.0'], media };
  const request = { guildId, content, targets: ['release'], ...(at && { at }) };
  return (await bench.act(publishCreate, request)).id;
}

async function shown({ act }: Bench, publicationId: string): Promise<DeliveryView> {
  const { deliveries } = await act(publicationShow, { guildId, publicationId });
  return deliveries[0]!;
}

function inState(bench: Bench, publicationId: string, state: DeliveryView['state']): Promise<DeliveryView> {
  return bench.until(async () => {
    const delivery = await shown(bench, publicationId);
    return delivery.state === state ? delivery : undefined;
  });
}

async function approve(bench: Bench, { id, stepsHash = '' }: DeliveryView): Promise<void> {
  await bench.act(publishApprove, { guildId, deliveryId: id, stepsHash });
}

/** The publisher of before: a release that is public before its files are there. */
const before: Publisher = {
  ...(github as Publisher),
  references: undefined as never,
  outdated: undefined as never,
  render: (content, options, settings) => {
    const rendered = (github as Publisher).render(content, options, settings);
    const steps = rendered.steps
      .filter(({ kind }) => kind !== 'publish-release')
      .map((step) => {
        const { existing: _, whenMoved: __, looked: ___, ...payload } = step.payload;
        return { ...step, payload: step.kind === 'release' ? { ...payload, draft: false } : payload };
      });
    return { ...rendered, steps };
  },
};

describe('a release with files', () => {
  test('is published once, with all of them, where changes are forbidden', async () => {
    const bench = await githubBench();
    bench.fake.repository.immutableReleases = true;
    await bench.addTarget({}, 'none');
    const done = await inState(bench, await order(bench), 'done');
    expect(done.url).toBe('https://github.com/north/site/releases/tag/v1.2.0');
    expect(bench.fake.repository.releaseEvents).toMatchObject([{ files: 2 }]);
    expect(bench.fake.violations()).toEqual([]);
  });

  test('that is given up names the draft it left, and Discard deletes it', async () => {
    const bench = await githubBench();
    bench.fake.repository.lockedTags.add('v1.2.0');
    await bench.addTarget({}, 'none');
    const id = await order(bench);
    const failed = await inState(bench, id, 'failed');
    expect(failed.leftover).toEqual({
      what: 'a draft of release v1.2.0 in north/site',
      url: 'https://github.com/north/site/releases/tag/untagged-100',
    });
    expect(failed.error?.text).toContain('untagged-100');
    const discarded = await bench.act(deliveryDiscard, { guildId, deliveryId: failed.id });
    expect(discarded).toMatchObject({ state: 'discarded' });
    expect(discarded.leftover).toBeUndefined();
    expect(bench.fake.repository.releases).toEqual([]);
    // Over is over.
    expect(await rejection(bench.act(deliveryDiscard, { guildId, deliveryId: failed.id }))).toMatchObject({
      code: 'OUTBOX_NOT_POSSIBLE',
    });
  });

  test('whose draft can’t be deleted now says where it is, and may be discarded once more', async () => {
    const bench = await githubBench();
    bench.fake.repository.lockedTags.add('v1.2.0');
    await bench.addTarget({}, 'none');
    const id = await order(bench);
    const { id: deliveryId } = await inState(bench, id, 'failed');
    bench.fake.server.expectFaults({
      0: { kind: 'answer', answer: refusal(403, 'Resource not accessible') },
    });
    expect(await rejection(bench.act(deliveryDiscard, { guildId, deliveryId }))).toMatchObject({
      code: 'OUTBOX_LEFTOVER',
      message: expect.stringContaining('https://github.com/north/site/releases/tag/untagged-100'),
    });
    expect(await shown(bench, id)).toMatchObject({
      state: 'discarded',
      leftover: { what: expect.stringContaining('draft') },
    });
    const again = await bench.act(deliveryDiscard, { guildId, deliveryId });
    expect(again.leftover).toBeUndefined();
    expect(bench.fake.repository.releases).toEqual([]);
  });

  test('that somebody has published by hand stays', async () => {
    const bench = await githubBench();
    bench.fake.repository.lockedTags.add('v1.2.0');
    await bench.addTarget({}, 'none');
    const { id: deliveryId } = await inState(bench, await order(bench), 'failed');
    const [draft] = bench.fake.repository.releases;
    bench.fake.repository.publish(Object.assign(draft!, { tag: 'v1.2.1' }));
    await bench.act(deliveryDiscard, { guildId, deliveryId });
    expect(bench.fake.repository.releases).toMatchObject([{ tag: 'v1.2.1', draft: false }]);
  });

  test('a file that went between preview and leaving is named, before anything is made', async () => {
    const bench = await githubBench();
    await bench.addTarget();
    const id = await order(bench);
    for (const table of ['artifact_label', 'artifact'] as const) await bench.db.deleteFrom(table).execute();
    await approve(bench, await shown(bench, id));
    expect((await inState(bench, id, 'failed')).error).toEqual({
      code: 'OUTBOX_FILE_GONE',
      text: expect.stringMatching(/app-linux.*app-mac.*Retry/),
    });
    expect(bench.fake.repository.releases).toEqual([]);
  });
});

describe('steps of the version before', () => {
  test('of which nothing has left are rendered again, and need approval again', async () => {
    using folder = temporaryFolder();
    const fake = await openFakeGithub();
    fake.repository.immutableReleases = true;
    const old = await githubBench({ fake, folder: folder.path, publishers: [before] });
    await old.addTarget();
    const id = await order(old, { local: '2026-01-01T02:00', zone: 'UTC' });
    await approve(old, await shown(old, id));
    expect(await shown(old, id)).toMatchObject({ state: 'scheduled' });
    const { clock } = old;
    await old.stop();

    const bench = await githubBench({ fake, folder: folder.path, clock });
    await clock.advance(2 * 3_600_000);
    const asked = await inState(bench, id, 'awaiting-approval');
    expect(asked).toMatchObject({ approvals: { given: 0, needed: 1 }, error: { code: 'OUTBOX_OUTDATED' } });
    expect(fake.server.writeCount).toBe(0);
    const { targets } = await bench.act(publicationPreview, { guildId, publicationId: id });
    expect(targets[0]?.steps.at(-1)).toBe('Publish release v1.2.0 in north/site with 2 files');
    await approve(bench, asked);
    const done = await inState(bench, id, 'done');
    expect(done.error).toBeUndefined();
    expect(fake.repository.releaseEvents).toMatchObject([{ files: 2 }]);
  });

  test('for a target that asks nobody continue automatically', async () => {
    using folder = temporaryFolder();
    const fake = await openFakeGithub();
    fake.repository.immutableReleases = true;
    const old = await githubBench({ fake, folder: folder.path, publishers: [before] });
    await old.addTarget({}, 'none');
    const id = await order(old, { local: '2026-01-01T02:00', zone: 'UTC' });
    const { clock } = old;
    await old.stop();

    const bench = await githubBench({ fake, folder: folder.path, clock });
    await clock.advance(2 * 3_600_000);
    await inState(bench, id, 'done');
    expect(fake.repository.releaseEvents).toMatchObject([{ files: 2 }]);
  });

  test('of which the release has left are carried out as they were approved', async () => {
    using folder = temporaryFolder();
    const fake = await openFakeGithub();
    const old = await githubBench({ fake, folder: folder.path, publishers: [before] });
    await old.addTarget({}, 'none');
    // The first upload is refused for now: the release stands.
    fake.server.expectFaults({ 1: { kind: 'answer', answer: refusal(429, 'slow down') } });
    const id = await order(old);
    await old.until(async () => (fake.server.writeCount > 1 ? true : undefined));
    const { clock } = old;
    await old.stop();
    fake.server.expectFaults({});

    const bench = await githubBench({ fake, folder: folder.path, clock });
    await inState(bench, id, 'done');
    expect(fake.repository.releases.map(({ assets }) => assets.map(({ name }) => name))).toEqual([labels]);
  });
});
