import { describe, expect, test } from 'vitest';
import {
  type DeliveryView,
  publicationPreview,
  publicationShow,
  publishApprove,
  publishCreate,
  publishPreview,
} from '#contracts/actions/publish.ts';
import { rejection } from '../../support/rejection.ts';
import { githubBench } from '../support/github-bench.ts';
import { guildId } from '../support/publishing-bench.ts';

type Bench = Awaited<ReturnType<typeof githubBench>>;
const content = { title: 'Version 1.2', body: 'Done.', tags: ['v1.2.0'] };
const request = { guildId, content, targets: ['release'] };

async function shown({ act }: Bench, publicationId: string): Promise<DeliveryView> {
  return (await act(publicationShow, { guildId, publicationId })).deliveries[0]!;
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

async function commitShown({ act }: Bench, publicationId: string): Promise<string | undefined> {
  const { targets } = await act(publicationPreview, { guildId, publicationId });
  return targets[0]?.parts.find(({ label }) => label === 'Commit')?.text;
}

const headOf = ({ fake }: Bench, branch = 'main') => fake.repository.branches.get(branch) ?? '';

describe('a release is bound to a commit', () => {
  test('the preview shows it, and it is what is sent', async () => {
    const bench = await githubBench();
    await bench.addTarget();
    const { targets } = await bench.act(publishPreview, request);
    expect(targets[0]?.parts).toContainEqual({
      label: 'Commit',
      text: `${headOf(bench)}, where main is now; the tag v1.2.0 is made there`,
    });
    expect(targets[0]?.warnings).toEqual([expect.stringMatching(/^Not checked: /)]);
    const seen = { release: targets[0]?.stepsHash ?? '' };
    const { id } = await bench.act(publishCreate, { ...request, seen });
    await approve(bench, await shown(bench, id));
    await inState(bench, id, 'done');
    const sent = bench.fake.server.requests.find(({ method }) => method === 'POST');
    expect(JSON.parse(String(sent?.body)).target_commitish).toBe(headOf(bench));
    expect(bench.fake.violations()).toEqual([]);
  });

  test('what moved between preview and Publish is shown again first', async () => {
    const bench = await githubBench();
    await bench.addTarget();
    const { targets } = await bench.act(publishPreview, request);
    bench.fake.repository.pushBySomebody('main');
    const seen = { release: targets[0]?.stepsHash ?? '' };
    expect(await rejection(bench.act(publishCreate, { ...request, seen }))).toMatchObject({
      code: 'PUBLISH_CHANGED',
    });
  });

  test('an approval is void when the branch moved before it left', async () => {
    const bench = await githubBench();
    await bench.addTarget();
    const { id } = await bench.act(publishCreate, request);
    const before = headOf(bench);
    bench.fake.repository.pushBySomebody('main');
    await approve(bench, await shown(bench, id));
    // Approved, tried, and asked for again.
    const asked = await bench.until(async () => {
      const delivery = await shown(bench, id);
      return delivery.error?.code === 'OUTBOX_OUTDATED' ? delivery : undefined;
    });
    const after = headOf(bench);
    expect(asked).toMatchObject({ state: 'awaiting-approval', approvals: { given: 0, needed: 1 } });
    expect(asked.error?.text).toContain(
      `main is at ${after.slice(0, 7)} now, and ${before.slice(0, 7)} was shown`,
    );
    expect(bench.fake.server.writeCount).toBe(0);
    expect(await commitShown(bench, id)).toContain(after);
    // Nobody need find that out by chance.
    const told = bench.db.selectFrom('alert_item').select('kind').where('delivery_id', '=', asked.id);
    expect(await told.execute()).toEqual([{ kind: 'approval' }]);
    await approve(bench, asked);
    await inState(bench, id, 'done');
    expect(bench.fake.repository.tags.get('v1.2.0')).toBe(after);
  });

  test('for a target that asks nobody the commit that was shown is tagged, wherever the branch is then', async () => {
    const bench = await githubBench();
    await bench.addTarget({}, 'none');
    const at = { local: '2026-01-01T02:00', zone: 'UTC' };
    const { id } = await bench.act(publishCreate, { ...request, at });
    const before = headOf(bench);
    bench.fake.repository.pushBySomebody('main');
    await bench.clock.advance(2 * 3_600_000);
    await inState(bench, id, 'done');
    expect(bench.fake.repository.tags.get('v1.2.0')).toBe(before);
  });

  test('“follow” takes whatever is there then, and says so', async () => {
    const bench = await githubBench();
    await bench.addTarget({ whenMoved: 'follow' });
    const { id } = await bench.act(publishCreate, request);
    expect(await commitShown(bench, id)).toBe('whatever main is at when it leaves');
    bench.fake.repository.pushBySomebody('main');
    await approve(bench, await shown(bench, id));
    await inState(bench, id, 'done');
    expect(bench.fake.repository.tags.get('v1.2.0')).toBe(headOf(bench));
  });

  test('what could not be looked up is asked for again once it can', async () => {
    const bench = await githubBench();
    await bench.addTarget();
    bench.fake.repository.offline = true;
    const { targets } = await bench.act(publishPreview, request);
    expect(targets[0]?.warnings.join()).toMatch(/could not be looked up .*asked for again/);
    const { id } = await bench.act(publishCreate, request);
    bench.fake.repository.offline = false;
    await approve(bench, await shown(bench, id));
    const asked = await bench.until(async () => {
      const delivery = await shown(bench, id);
      return delivery.error?.code === 'OUTBOX_OUTDATED' ? delivery : undefined;
    });
    expect(await commitShown(bench, id)).toContain(headOf(bench));
    await approve(bench, asked);
    await inState(bench, id, 'done');
  });
});

describe('a tag that is there already', () => {
  test('is what the release is of, and the approver reads it; moved twice, it is asked for twice', async () => {
    const bench = await githubBench();
    const { repository } = bench.fake;
    await bench.addTarget();
    const first = headOf(bench);
    repository.tags.set('v1.2.0', first);
    repository.annotatedTags.add('v1.2.0');
    repository.pushBySomebody('main');
    const { id } = await bench.act(publishCreate, request);
    expect(await commitShown(bench, id)).toBe(first);
    const { targets } = await bench.act(publicationPreview, { guildId, publicationId: id });
    expect(targets[0]?.warnings.join()).toMatch(
      /The tag v1\.2\.0 exists at .*GitHub makes the release of the tag/,
    );
    let asked = await shown(bench, id);
    for (let move = 0; move < 2; move++) {
      const before = asked.stepsHash;
      repository.pushBySomebody('main');
      repository.tags.set('v1.2.0', headOf(bench));
      await approve(bench, asked);
      asked = await bench.until(async () => {
        const delivery = await shown(bench, id);
        return delivery.error?.code === 'OUTBOX_OUTDATED' && delivery.stepsHash !== before
          ? delivery
          : undefined;
      });
      expect(asked.error?.text).toContain('the tag v1.2.0 is at');
    }
    expect(bench.fake.server.writeCount).toBe(0);
    await approve(bench, asked);
    await inState(bench, id, 'done');
    expect(repository.releaseEvents).toMatchObject([{ sha: headOf(bench) }]);
  });

  test('elsewhere than on the branch that the target names, it stops the publication', async () => {
    const bench = await githubBench();
    await bench.addTarget({ target: 'main' });
    bench.fake.repository.tags.set('v1.2.0', headOf(bench));
    bench.fake.repository.pushBySomebody('main');
    const { targets } = await bench.act(publishPreview, request);
    expect(targets[0]?.problems.join()).toMatch(/GitHub would pass over the target in silence/);
  });

  test('made by somebody while the files were uploaded, it keeps the draft hidden', async () => {
    const bench = await githubBench();
    await bench.addTarget({}, 'none');
    const cid = await bench.addFile('app.zip');
    bench.fake.repository.pushBySomebody('main');
    const old = [...bench.fake.repository.commits.keys()][0]!;
    const seen = bench.fake.server.requests;
    seen.push = function push(asked) {
      if (asked.query.has('name')) bench.fake.repository.tags.set('v1.2.0', old);
      return Array.prototype.push.call(this, asked);
    };
    const { id } = await bench.act(publishCreate, { ...request, content: { ...content, media: [{ cid }] } });
    const failed = await inState(bench, id, 'failed');
    expect(failed.error?.text).toMatch(
      /The tag v1\.2\.0 is at .* now, and .* was shown\. The draft with the files is at/,
    );
    expect(bench.fake.repository.releaseEvents).toEqual([]);
  });

  test('that is a branch, too, is named', async () => {
    const bench = await githubBench();
    await bench.addTarget();
    bench.fake.repository.branches.set('v1.2.0', headOf(bench));
    const { targets } = await bench.act(publishPreview, request);
    expect(targets[0]?.warnings.join()).toContain('v1.2.0 is the name of a branch, too');
  });
});

test.each([
  [
    'a branch that is not there',
    { target: 'main' },
    /has no branch main; its default branch is master: set the target’s “target” to master/,
  ],
  ['a target that is a tag', { target: 'v0.9' }, /has no branch v0\.9; v0\.9 is a tag there/],
])('the preview names %s', async (_, options, problem) => {
  const bench = await githubBench();
  const { repository } = bench.fake;
  repository.branches.set('master', headOf(bench));
  repository.tags.set('v0.9', headOf(bench));
  repository.branches.delete('main');
  repository.defaultBranch = 'master';
  await bench.addTarget(options);
  const { targets } = await bench.act(publishPreview, request);
  expect(targets[0]?.problems.join()).toMatch(problem);
});
