import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { sql } from 'kysely';
import { describe, expect, test } from 'vitest';
import {
  type DeliveryView,
  deliveryDiscard,
  deliveryList,
  publicationShow,
  publishApprove,
  publishCreate,
} from '#contracts/actions/publish.ts';
import { silentLogger } from '#core/logger.ts';
import { Secret } from '#core/secret.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { openFakeGithub } from '../../plugins/github/fake-github.ts';
import { refusal } from '../../plugins/github/fake-route.ts';
import { describeEngines, type EngineUnderTest } from '../../support/engines.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { rejection } from '../../support/rejection.ts';
import { createDatabase, migrations, prepareDatabase } from '../../support/tables.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { githubBench } from '../support/github-bench.ts';
import { guildId } from '../support/publishing-bench.ts';

type Bench = Awaited<ReturnType<typeof githubBench>>;
const labels = ['app-linux.tar.gz', 'app-mac.tar.gz'];

async function order(bench: Bench): Promise<string> {
  const media = [];
  for (const label of labels) media.push({ cid: await bench.addFile(label) });
  const content = { title: 'Version 1.2', body: 'Done.', tags: ['v1.2.0'], media };
  const request = { guildId, content, targets: ['release'] };
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

const beforeNames = ['untouched', 'approved', 'released', 'half', 'landed'];
/** The last schema of the version that wrote the rows. */
const schemaBefore = 13;

/**
 * Rows of five orders, and GitHub as they left it, written by the version whose releases were public before their files
 * were there: nothing has left, of one approved and of one that asks nobody; the release stands; one of two files does;
 * one does, and its answer never came.
 */
async function rowsOfBefore(
  engine: EngineUnderTest,
  folder: string,
  githubUrl: string,
): Promise<DatabasePlace> {
  const place = engine.engine === 'sqlite' ? { file: join(folder, 'hub.db') } : await engine.emptyPlace();
  const db = createDatabase(place);
  await prepareDatabase({ clock: new FakeClock(Date.now()), logger: silentLogger() }, db, {
    ...place,
    migrations: migrations.filter(({ version }) => version <= schemaBefore),
  });
  const statements = readFileSync(join(import.meta.dirname, 'releases-of-before.sql'), 'utf8').split('\n');
  for (const statement of statements.filter(Boolean))
    await sql.raw(statement.replaceAll('http://github.invalid', githubUrl)).execute(db);
  // What no seal covers is brought to the present.
  const dueAtMs = Date.now();
  const present = { not_after_ms: null, give_up_at_ms: null, due_at_ms: dueAtMs, claim_at_ms: dueAtMs };
  await db.updateTable('delivery').set(present).execute();
  await sql`update publication_plan set revised_at_ms = ${Date.now()}`.execute(db);
  await db.destroy();
  for (const label of labels) {
    const bytes = `bytes of ${label}`;
    const cid = createHash('sha256').update(bytes).digest('hex');
    mkdirSync(join(folder, 'artifacts', cid.slice(0, 2)), { recursive: true, mode: 0o700 });
    writeFileSync(join(folder, 'artifacts', cid.slice(0, 2), cid.slice(2)), bytes, { mode: 0o600 });
  }
  return place;
}

describeEngines('orders of the version before', (engine) => {
  test('are finished, each once, and what nobody knew of yet is whole when it is shown', async () => {
    using folder = temporaryFolder();
    const fake = await openFakeGithub();
    const { postgresUrl } = await rowsOfBefore(engine, folder.path, fake.server.url);
    const { repository } = fake;
    const releases = readFileSync(join(import.meta.dirname, 'releases-of-before.json'), 'utf8');
    repository.releases.push(...JSON.parse(releases));
    const bench = await githubBench({
      ...{ fake, folder: folder.path, clock: new FakeClock(Date.now()) },
      vault: { key: new Secret('ab'.repeat(32)) },
      environment: Object.fromEntries(
        beforeNames.map((name) => [`GUILDMESH_SECRET_${name.toUpperCase()}_TOKEN`, 'ghp_token']),
      ),
      ...(postgresUrl && { postgresUrl }),
    });
    const states = async () => {
      const rows = await bench.db
        .selectFrom('delivery')
        .innerJoin('target', 'target.id', 'delivery.target_id')
        .select(['target.name', 'delivery.state', 'delivery.error_code'])
        .execute();
      return Object.fromEntries(rows.map(({ name, state, error_code }) => [name, error_code ?? state]));
    };
    const inStates = (wanted: Record<string, string>) =>
      bench
        .until(async () => (isDeepStrictEqual(await states(), wanted) ? true : undefined))
        .catch(async () => expect(await states()).toEqual(wanted));
    const done = Object.fromEntries(beforeNames.map((name) => [name, 'done']));

    await inStates({ ...done, approved: 'OUTBOX_OUTDATED' });
    // What was approved isn't what would be sent: it is asked for again.
    const [asked] = (await bench.act(deliveryList, { guildId })).deliveries.filter(
      ({ target }) => target === 'approved',
    );
    expect(asked).toMatchObject({ approvals: { given: 0, needed: 1 }, error: { code: 'OUTBOX_OUTDATED' } });
    await approve(bench, asked!);
    await inStates(done);

    const byTag = repository.releases.map(({ tag, draft, assets }) => [
      tag,
      draft,
      assets.map(({ name }) => name).sort(),
    ]);
    expect(byTag.sort()).toEqual(
      ['v1.0.0', 'v1.1.0', 'v1.2.0', 'v1.3.0', 'v1.4.0'].map((tag) => [tag, false, labels]),
    );
    expect(repository.releaseEvents.map(({ files }) => files)).toEqual([2, 2]);
    const uploads = fake.server.requests.filter(
      ({ method, path }) => method === 'POST' && path.endsWith('/assets'),
    );
    // Two of each, but the two that had landed.
    expect(uploads).toHaveLength(8);
    expect(fake.violations()).toEqual([]);
  });
});
