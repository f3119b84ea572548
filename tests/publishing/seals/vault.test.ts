import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { deliveryList, publishApprove, publishCreate } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import { sealedColumns } from '#publishing/seals/row-seals.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { describeEngines, type EngineUnderTest } from '../../support/engines.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { createDatabase, migrations, prepareDatabase } from '../../support/tables.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import type { FakeField } from '../support/fake-target.ts';
import { type Bench, type BenchInit, guildId, person, publishingBench } from '../support/publishing-bench.ts';
import { SpeakingTarget } from '../support/speaking-target.ts';

const token: FakeField = { name: 'apiToken', help: 'From the settings.', required: false };
const keyOf = (digit: string) => new Secret(digit.repeat(64));
/** The last schema of a version that knew no seals. */
const schemaBefore = 8;
const hourMs = 3_600_000;
/** Looks for what is due: what waits for a person or a key stays due. */
const looksMax = 5;
/** How often the bench's hub looks. */
const pollMs = 600_000;
const stillAfterMs = 300;

/** A place of its own for several benches, one after another. */
async function placeFor(
  engine: EngineUnderTest,
  content: 'place' | 'emptyPlace' = 'place',
): Promise<{ folder: string; place: DatabasePlace }> {
  const folder = temporaryFolder();
  onTestFinished(() => folder[Symbol.dispose]());
  const place = engine.engine === 'sqlite' ? { file: join(folder.path, 'hub.db') } : await engine[content]();
  return { folder: folder.path, place };
}

describeEngines('seals under the vault’s key', (engine) => {
  async function open(
    { folder, place }: { folder: string; place: DatabasePlace },
    init: Partial<BenchInit> = {},
  ): Promise<Bench & { target: SpeakingTarget }> {
    const target = new SpeakingTarget();
    const made = await publishingBench({
      publishers: [target.speaker('fake', { credentials: [token] })],
      folder,
      // Postgres compares its own clock with ours.
      clock: new FakeClock(Date.now()),
      ...(place.postgresUrl ? { postgresUrl: place.postgresUrl } : {}),
      ...init,
    });
    return { ...made, target };
  }

  /**
   * As time passes. A server answers in time of its own: the clock moves on to the next look for what is due only once
   * nothing has moved for a while, as what is in hand would run out of its time.
   */
  async function passes({ clock, db }: Bench, ms: number): Promise<void> {
    await clock.advance(ms);
    if (engine.engine === 'sqlite') return;
    const rows = async () => db.selectFrom('delivery').selectAll().orderBy('id').execute();
    for (let look = 0; look < looksMax; look++) {
      let last = '';
      for (let quietMs = 0; quietMs < stillAfterMs; quietMs += 20) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        await clock.advance(0);
        const now = JSON.stringify(await rows());
        if (now !== last) quietMs = 0;
        last = now;
      }
      const isDue = (await rows()).some(
        ({ state, claim_at_ms }) =>
          state === 'sending' || (claim_at_ms !== null && claim_at_ms <= clock.nowMs()),
      );
      if (!isDue) return;
      await clock.advance(pollMs);
    }
  }

  /** Two of two people have agreed, and it is planned. */
  async function approved(made: Bench): Promise<string> {
    await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'two-people' });
    const local = new Date(made.clock.nowMs() + hourMs).toISOString().slice(0, 16);
    const at = { local, zone: 'UTC' };
    const { deliveries } = await made.act(publishCreate, {
      guildId,
      content: { title: 'T' },
      targets: ['one'],
      at,
    });
    const [delivery] = deliveries;
    const deliveryId = delivery?.id ?? '';
    for (const who of ['7', '8'])
      await made.act(
        publishApprove,
        { guildId, deliveryId, stepsHash: delivery?.stepsHash ?? '' },
        person(who, 'manager'),
      );
    // However late a slow server makes it.
    await made.db.updateTable('delivery').set({ not_after_ms: null }).execute();
    return deliveryId;
  }

  const edits = sealedColumns.approval.map((column) => [column] as const);

  test.each(edits)('find that %s of an approval was changed', async (column) => {
    const made = await open(await placeFor(engine));
    const deliveryId = await approved(made);
    const value = { delivery_id: 'other', revision: 2, steps_hash: 'other', person: '9', given_at_ms: 1 }[
      column
    ];
    await made.db
      .updateTable('approval')
      .set({ [column]: value })
      .where('person', '=', '7')
      .execute();
    await passes(made, hourMs + 2_000);
    expect(made.target.effects).toEqual([]);
    const { deliveries } = await made.act(deliveryList, { guildId });
    expect(deliveries.find(({ id }) => id === deliveryId)).toMatchObject({
      state: 'failed',
      needsPerson: true,
    });
  });

  test('find an approval that somebody wrote beside the hub', async () => {
    const made = await open(await placeFor(engine));
    await made.act(targetAdd, { guildId, name: 'one', publisher: 'fake', policy: 'one-manager' });
    const { deliveries } = await made.act(publishCreate, {
      guildId,
      content: { title: 'T' },
      targets: ['one'],
    });
    const row = await made.db.selectFrom('delivery').selectAll().executeTakeFirstOrThrow();
    await made.db
      .insertInto('approval')
      .values({
        ...{ delivery_id: row.id, revision: row.revision, steps_hash: row.steps_hash },
        ...{ person: '7', given_at_ms: 1, seal: row.seal },
      })
      .execute();
    await made.db.updateTable('delivery').set({ state: 'pending', claim_at_ms: 1 }).execute();
    await passes(made, hourMs);
    expect(made.target.effects).toEqual([]);
    await expect(
      made.act(
        publishApprove,
        { guildId, deliveryId: row.id, stepsHash: deliveries[0]?.stepsHash ?? '' },
        person('8', 'manager'),
      ),
    ).rejects.toMatchObject({ code: expect.stringMatching(/OUTBOX_(ALTERED|NOT_POSSIBLE)/) });
  });

  test('go along with what is approved and sent', async () => {
    const made = await open(await placeFor(engine));
    await approved(made);
    await passes(made, hourMs + 2_000);
    expect(made.target.texts).toEqual(['T\n']);
  });

  test.each([
    ['from the file to a key that is set', {}, { key: keyOf('a') }],
    ['from a key to another', { key: keyOf('a') }, { key: keyOf('b'), previousKey: keyOf('a') }],
  ])('are made anew when the key changes: %s', async (_, before, after) => {
    const at = await placeFor(engine);
    const first = await open(at, { vault: before });
    await approved(first);
    const damaged = await first.act(publishCreate, {
      ...{ guildId, content: { title: 'damaged' }, targets: ['one'] },
    });
    const damagedId = damaged.deliveries[0]?.id ?? '';
    await first.db.updateTable('delivery').set({ cost_micros: 1 }).where('id', '=', damagedId).execute();
    const seals = await first.db.selectFrom('delivery').select(['id', 'seal']).execute();
    await first.stop();
    const second = await open(at, { vault: after, clock: first.clock });
    const now = await second.db.selectFrom('delivery').select(['id', 'seal']).execute();
    for (const { id, seal } of now)
      if (id === damagedId) expect(seal).toBe(seals.find((row) => row.id === id)?.seal);
      else expect(seal).toMatch(/^2\./);
    await passes(second, hourMs + 2_000);
    expect(second.target.texts).toEqual(['T\n']);
  });

  test('hold everything while the vault is sealed, take in nothing new, and go on with the right key', async () => {
    const at = await placeFor(engine);
    const first = await open(at, { vault: { key: keyOf('a') } });
    await approved(first);
    await first.stop();
    const sealed = await open(at, { vault: { key: keyOf('b') }, clock: first.clock });
    await passes(sealed, hourMs + 2_000);
    expect(sealed.target.effects).toEqual([]);
    await expect(
      sealed.act(publishCreate, { guildId, content: { title: 'new' }, targets: ['one'] }),
    ).rejects.toMatchObject({ code: 'PUBLISH_VAULT_SEALED' });
    await sealed.stop();
    const opened = await open(at, { vault: { key: keyOf('a') } });
    await passes(opened, 2 * hourMs);
    expect(opened.target.texts).toEqual(['T\n']);
  });

  test('are not made for rows without one, neither at a restart nor after the vault’s row was removed', async () => {
    const at = await placeFor(engine);
    const first = await open(at, { vault: { key: keyOf('a') } });
    await approved(first);
    await first.db.updateTable('delivery').set({ seal: null }).execute();
    await first.stop();
    const second = await open(at, { vault: { key: keyOf('a') }, clock: first.clock });
    const { deliveries } = await second.act(publishCreate, {
      ...{ guildId, content: { title: 'sealed' }, targets: ['one'] },
    });
    expect(deliveries).toHaveLength(1);
    await second.db.deleteFrom('vault').execute();
    await second.stop();
    const third = await open(at, { vault: { key: keyOf('a') }, clock: first.clock });
    await passes(third, hourMs + 2_000);
    expect(third.target.effects).toEqual([]);
    expect(await third.db.selectFrom('vault').selectAll().execute()).toEqual([]);
  });

  describe('on a database of a version that knew none', () => {
    async function placeOfBefore() {
      const at = await placeFor(engine, 'emptyPlace');
      const db = createDatabase(at.place);
      await prepareDatabase({ clock: new FakeClock(Date.now()), logger: silentLogger() }, db, {
        ...at.place,
        migrations: migrations.filter(({ version }) => version <= schemaBefore),
      });
      const statements = readFileSync(join(import.meta.dirname, 'before-seals.sql'), 'utf8');
      for (const statement of statements.split('\n').filter((line) => line !== ''))
        await sql.raw(statement).execute(db);
      // What no seal covers is brought to the present.
      const nowMs = Date.now();
      await sql`update delivery set not_after_ms = null, due_at_ms = ${nowMs + hourMs} where open = 1`.execute(
        db,
      );
      await sql`update delivery set claim_at_ms = due_at_ms where claim_at_ms is not null`.execute(db);
      await sql`update publication_plan set revised_at_ms = ${nowMs}`.execute(db);
      await db.destroy();
      return at;
    }

    test('are given to what is open, once, and all goes on', async () => {
      const at = await placeOfBefore();
      const made = await open(at, { vault: { key: keyOf('a') } });
      const rows = await made.db.selectFrom('delivery').select(['state', 'seal']).orderBy('id').execute();
      expect(rows.map(({ state, seal }) => [state, seal?.startsWith('1.') ?? false])).toEqual([
        ['scheduled', true],
        ['scheduled', true],
        ['awaiting-approval', true],
        ['done', false],
      ]);
      const [pair] = (await made.act(deliveryList, { guildId })).deliveries.filter(
        (one) => one.target === 'pair',
      );
      expect(pair?.approvals).toEqual({ given: 1, needed: 2 });
      await made.act(
        publishApprove,
        { guildId, deliveryId: pair?.id ?? '', stepsHash: pair?.stepsHash ?? '' },
        person('8', 'manager'),
      );
      await passes(made, hourMs + 2_000);
      expect(made.target.texts).toEqual(['Kept\n', 'Kept\n', 'Kept\n']);
    });

    test('are given at the first start with the right key, and what lost its seal after that is held', async () => {
      const at = await placeOfBefore();
      const sealed = await open(at, { vault: { key: keyOf('b') } });
      expect(
        await sealed.db.selectFrom('delivery').select('id').where('seal', 'is not', null).execute(),
      ).toEqual([]);
      await sealed.stop();
      const made = await open(at, { vault: { key: keyOf('a') }, clock: sealed.clock });
      await made.db.updateTable('delivery').set({ seal: null }).execute();
      await made.stop();
      const again = await open(at, { vault: { key: keyOf('a') }, clock: sealed.clock });
      await passes(again, hourMs + 2_000);
      expect(again.target.effects).toEqual([]);
    });

    test('are given under a key that is new at the same start', async () => {
      const at = await placeOfBefore();
      const made = await open(at, { vault: { key: keyOf('c'), previousKey: keyOf('a') } });
      await passes(made, hourMs + 2_000);
      expect(made.target.texts).toEqual(['Kept\n', 'Kept\n']);
    });

    test('are given with a new vault where none was needed before', async () => {
      const at = await placeOfBefore();
      const db = createDatabase(at.place);
      await sql`delete from vault`.execute(db);
      await sql`delete from credential`.execute(db);
      await db.destroy();
      const made = await open(at);
      await passes(made, hourMs + 2_000);
      expect(made.target.texts).toEqual(['Kept\n', 'Kept\n']);
      rmSync(join(at.folder, 'vault.key'));
    });
  });
});
