import type { KyselyPlugin } from 'kysely';
import { describe, expect, test } from 'vitest';
import {
  publicationShow,
  publishApprove,
  publishCreate,
  publishEdit,
  publishPreview,
} from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd } from '#contracts/actions/targets.ts';
import { guildId, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

/** Breaks the Nth statement that writes, as a full disk or the end of the process would. */
class BreakingPlugin implements KyselyPlugin {
  breakAt = Number.POSITIVE_INFINITY;
  written = 0;

  transformQuery({ node }: Parameters<KyselyPlugin['transformQuery']>[0]) {
    const writes = ['InsertQueryNode', 'UpdateQueryNode', 'DeleteQueryNode'].includes(node.kind);
    if (writes && ++this.written === this.breakAt) throw new Error('the disk is full');
    return node;
  }

  async transformResult({ result }: Parameters<KyselyPlugin['transformResult']>[0]) {
    return result;
  }
}

const content = { title: 'T', body: 'b' };
const tables = [
  'publication',
  'publication_plan',
  'delivery',
  'delivery_step',
  'approval',
  'credential',
] as const;

async function bench() {
  const target = new SpeakingTarget();
  const breaking = new BreakingPlugin();
  const publisher = target.speaker('fake', {
    credentials: [{ name: 'token', help: 'x', required: false }],
  });
  const made = await publishingBench({ publishers: [publisher], plugin: breaking });
  for (const [name, policy] of [
    ['one', 'none'],
    ['two', 'two-people'],
    ['three', 'one-manager'],
  ] as const)
    await made.act(targetAdd, { guildId, name, publisher: 'fake', policy });
  return { ...made, target, breaking };
}

type Made = Awaited<ReturnType<typeof bench>>;

async function contents({ db }: Made): Promise<string> {
  const rows = [];
  for (const table of tables) rows.push(await db.selectFrom(table).selectAll().execute());
  return JSON.stringify(rows).replace(/"updated_at_ms":[\d.]+/g, '');
}

/** Breaks the work at each of its writes in turn: nothing may have changed. Answers how many there were. */
async function breakEverywhere(made: Made, work: () => Promise<unknown>): Promise<number> {
  const { breaking } = made;
  for (let breakAt = 1; breakAt < 100; breakAt++) {
    const before = await contents(made);
    Object.assign(breaking, { breakAt, written: 0 });
    const failed = await work().then(
      () => false,
      () => true,
    );
    breaking.breakAt = Number.POSITIVE_INFINITY;
    if (!failed) return breakAt - 1;
    expect(await contents(made), `write ${breakAt}`).toBe(before);
  }
  throw new Error('it never got through');
}

describe('broken at any write', () => {
  test('a publication is made whole or not at all, and once', async () => {
    const made = await bench();
    const request = { guildId, content, targets: ['one', 'two', 'three'] };
    const preview = await made.act(publishPreview, request);
    const seen = Object.fromEntries(preview.targets.map((shown) => [shown.target, shown.stepsHash]));
    expect(
      await breakEverywhere(made, () => made.act(publishCreate, { ...request, seen })),
    ).toBeGreaterThanOrEqual(4);
    // The dispatcher may have been broken too: it looks again automatically.
    await made.clock.advance(1_300_000);
    expect(made.target.effects).toHaveLength(1);
    expect(await made.db.selectFrom('delivery').select('id').execute()).toHaveLength(3);
  });

  test('an edit changes every delivery or none', async () => {
    const made = await bench();
    const { id } = await made.act(publishCreate, { guildId, content, targets: ['two', 'three'] });
    const edit = { guildId, publicationId: id, content: { ...content, body: 'edited' } };
    expect(await breakEverywhere(made, () => made.act(publishEdit, edit))).toBeGreaterThanOrEqual(6);
  });

  test('an approval is kept with what it sets free, or not at all', async () => {
    const made = await bench();
    const { id, deliveries } = await made.act(publishCreate, { guildId, content, targets: ['three'] });
    const { id: deliveryId = '', stepsHash = '' } = deliveries[0] ?? {};
    const approve = { guildId, deliveryId, stepsHash };
    expect(await breakEverywhere(made, () => made.act(publishApprove, approve))).toBeGreaterThanOrEqual(2);
    // The dispatcher may have been broken too: it looks again automatically.
    await made.clock.advance(1_300_000);
    expect(await made.act(publicationShow, { guildId, publicationId: id })).toMatchObject({
      deliveries: [{ state: 'done', approvals: { given: 1 } }],
    });
    expect(made.target.effects).toHaveLength(1);
  });

  test('a link is used up with its credentials kept, or not at all', async () => {
    const made = await bench();
    const { link } = await made.act(publishConnect, { guildId, target: 'one' });
    const secret = link?.url.split('#')[1] ?? '';
    const redeem = () => made.publishing.connections.redeem(secret, { token: 'a-token-of-mine' });
    expect(await breakEverywhere(made, redeem)).toBeGreaterThanOrEqual(2);
    await expect(redeem()).rejects.toMatchObject({ code: 'PUBLISH_LINK_INVALID' });
  });
});
