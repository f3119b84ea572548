import { type Kysely, sql } from 'kysely';
import { expect, onTestFinished, test } from 'vitest';
import { HomeGuilds, readAgainMs } from '#access/home/home-guilds.ts';
import type { StandingChange } from '#contracts/guild-standing.ts';
import { homeGuildsMax } from '#contracts/home-guild-store.ts';
import { silentLogger } from '#core/logger.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { describeEngines, openDatabase } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import type { Schema } from '../support/tables.ts';
import { createDatabase, createHomeGuildStore, migrations, prepareDatabase } from '../support/tables.ts';

const north = '100000000000000001';
const south = '100000000000000002';
const eve = '100000000000000003';
const ada = 'guild-member:100000000000000001:9';

/** One process on the database, as after its start; `begin` is its first login. */
async function hub(
  db: Kysely<Schema>,
  init: { configured?: string[]; shared?: boolean; clock?: FakeClock } = {},
) {
  const { configured = [], shared = false, clock = new FakeClock() } = init;
  const homes = new HomeGuilds(
    {
      store: createHomeGuildStore(db),
      host: () => ({ community: 'North', operators: [] }),
      clock,
      logger: silentLogger(),
    },
    { configured, shared },
  );
  onTestFinished(() => homes.stop());
  await homes.load();
  return homes;
}

/** The database of the version before home guilds, with a grant in each of `inUse`. */
async function before(place: DatabasePlace, inUse: readonly string[]): Promise<Kysely<Schema>> {
  const components = { clock: new FakeClock(Date.now()), logger: silentLogger() };
  const db = createDatabase(place);
  await prepareDatabase(components, db, { ...place, migrations: migrations.slice(0, 8) });
  for (const guildId of inUse)
    await sql`insert into role_grant (guild_id, discord_role_id, role) values (${guildId}, '7', 'publisher')`.execute(
      db,
    );
  await db.destroy();
  return openDatabase(place);
}

describeEngines('home guilds', (on) => {
  test('at its first start in exactly one guild a hub has it as home, and later guilds never', async () => {
    const db = await openDatabase(await on.place());
    await (await hub(db)).begin([north]);
    const again = await hub(db);
    await again.begin([north, eve]);
    expect([again.of(north), again.of(eve)]).toEqual(['home', 'foreign']);
    expect(again.kept()).toMatchObject([{ guildId: north, setBy: 'system:first-start' }]);
  });

  test.each([
    ['none', []],
    ['several', [north, south]],
  ])('first started in %s it serves none, and the first to invite it stays foreign', async (_, joined) => {
    const db = await openDatabase(await on.place());
    await (await hub(db)).begin(joined);
    const again = await hub(db);
    await again.begin([eve]);
    expect(again.homeGuildIds()).toEqual([]);
    expect(again.of(eve)).toBe('foreign');
  });

  test('an update with one guild in use makes it home; one with nothing in the state is foreign at once', async () => {
    const homes = await hub(await before(await on.emptyPlace(), [north]));
    await homes.begin([north, eve]);
    expect([homes.of(north), homes.of(eve)]).toEqual(['home', 'foreign']);
    expect(homes.kept()).toMatchObject([{ guildId: north, setBy: 'system:update' }]);
  });

  test('an update with several in use serves them until an operator chooses; others are foreign from then on', async () => {
    const db = await before(await on.emptyPlace(), [north, south]);
    const homes = await hub(db);
    await homes.begin([north, south, eve]);
    expect([north, south, eve].map((id) => homes.of(id))).toEqual(['served', 'served', 'foreign']);
    expect(homes.undecidedGuildIds()).toEqual([north, south]);
    const later = await hub(db);
    await later.begin([north, south, eve]);
    expect(later.undecidedGuildIds()).toEqual([north, south]);

    const heard: StandingChange[] = [];
    later.onChange((change) => heard.push(change));
    await later.add([south], ada);
    expect([north, south, eve].map((id) => later.of(id))).toEqual(['foreign', 'home', 'foreign']);
    expect(heard).toEqual([
      { guildId: north, from: 'served', to: 'foreign' },
      { guildId: south, from: 'served', to: 'home' },
    ]);
    expect(later.undecidedGuildIds()).toEqual([]);
  });

  test('a removed guild is held, and is home again when it is added', async () => {
    const db = await before(await on.emptyPlace(), [north]);
    const homes = await hub(db);
    await homes.begin([north]);
    await homes.remove(north, ada);
    expect(homes.of(north)).toBe('foreign');
    expect(homes.heldGuildIds()).toEqual([north]);
    const later = await hub(db);
    await later.begin([north]);
    expect([later.of(north), later.heldGuildIds()]).toEqual(['foreign', [north]]);
    await later.add([north], ada);
    expect([later.of(north), later.heldGuildIds()]).toEqual(['home', []]);
    expect(later.kept()).toMatchObject([{ guildId: north, standing: 'home', setBy: ada }]);
  });

  test('only a home guild can be removed', async () => {
    const homes = await hub(await openDatabase(await on.place()));
    await homes.begin([north, eve]);
    expect(await rejection(homes.remove(eve, ada))).toMatchObject({ code: 'ACCESS_HOME_NOT_HOME' });
  });

  test('what the configuration names counts alone, can’t be changed by a command, and holds the rest', async () => {
    const db = await before(await on.emptyPlace(), [north, south]);
    await schedule(db, north);
    const homes = await hub(db, { configured: [south] });
    expect(homes.of(south)).toBe('home');
    await homes.begin([north, south]);
    expect([homes.of(north), homes.homeGuildIds(), homes.heldGuildIds()]).toEqual([
      'foreign',
      [south],
      [north],
    ]);
    for (const change of [homes.add([north], ada), homes.remove(south, ada)])
      expect(await rejection(change)).toMatchObject({ code: 'ACCESS_HOME_CONFIGURED' });
    const unnamed = await hub(db);
    await unnamed.begin([north, south]);
    expect(unnamed.undecidedGuildIds()).toEqual([north, south]);
  });

  test('alone in a guild after the configuration named others proves nothing', async () => {
    const db = await openDatabase(await on.place());
    await (await hub(db, { configured: [north] })).begin([north]);
    const homes = await hub(db);
    await homes.begin([eve]);
    expect(homes.homeGuildIds()).toEqual([]);
  });

  test('in use is a guild with a grant, target, schedule, chain, token, relay, panel or broadcast', async () => {
    const db = await openDatabase(await on.place());
    const ids = Array.from({ length: 8 }, (_, index) => `20000000000000000${index}`);
    await oneOfEach(db, ids);
    // A broadcast of the hub itself, and a removed target, are nobody's.
    await intent(db, 'broadcast', 'b2', { owner: 'hub' });
    await target(db, '300000000000000001', 5);
    expect(await createHomeGuildStore(db).inUse()).toEqual(ids);
  });

  test('a choice in one process counts in others on the database soon', async () => {
    const db = await openDatabase(await on.place());
    const clock = new FakeClock(Date.now(), () => new Promise((resolve) => setTimeout(resolve, 30)));
    const first = await hub(db);
    const second = await hub(db, { shared: true, clock });
    await first.begin([]);
    await first.add([north], ada);
    expect(second.of(north)).toBe('foreign');
    await clock.advance(readAgainMs);
    expect(second.of(north)).toBe('home');
  });

  test('so many home guilds and no more', async () => {
    const homes = await hub(await openDatabase(await on.place()));
    await homes.begin([]);
    const ids = Array.from({ length: homeGuildsMax }, (_, index) => `4${String(index).padStart(17, '0')}`);
    await homes.add(ids, ada);
    expect(await rejection(homes.add([eve], ada))).toMatchObject({ code: 'STORAGE_LIMIT_REACHED' });
    expect(homes.of(eve)).toBe('foreign');
  });
});

async function oneOfEach(db: Kysely<Schema>, [a, b, c, d, e, f, g, h]: readonly string[]): Promise<void> {
  await db
    .insertInto('role_grant')
    .values({ guild_id: a ?? '', discord_role_id: '1', role: 'member' })
    .execute();
  await target(db, b ?? '', null);
  await schedule(db, c ?? '');
  await sql`insert into chain (id, guild_id, name, trigger, content, links, created_by, created_at_ms)
    values ('c', ${d}, 'n', '{}', '{}', '[]', 'x', 1)`.execute(db);
  await sql`insert into api_token (id, guild_id, name, secret_hash, created_by, created_at_ms, expires_at_ms)
    values ('t', ${e}, 'n', 'h', 'x', 1, 2)`.execute(db);
  await intent(db, 'relay', 'r', { guildId: f });
  await intent(db, 'panel', 'p', { guildId: g });
  await intent(db, 'broadcast', 'b', { owner: h });
}

async function intent(db: Kysely<Schema>, kind: string, key: string, payload: object): Promise<void> {
  await sql`insert into intent (kind, key, payload, wanted_by, created_at_ms)
    values (${kind}, ${key}, ${JSON.stringify(payload)}, 'x', 1)`.execute(db);
}

async function target(db: Kysely<Schema>, guildId: string, removedAtMs: number | null): Promise<void> {
  await sql`insert into target (id, guild_id, name, publisher, options, policy, ordered, created_by, created_at_ms, removed_at_ms)
    values (${`target of ${guildId}`}, ${guildId}, 'n', 'discord', '{}', 'auto', 0, 'x', 1, ${removedAtMs})`.execute(
    db,
  );
}

async function schedule(db: Kysely<Schema>, guildId: string): Promise<void> {
  await sql`insert into schedule (id, guild_id, title, created_by, created_at_ms, rule, expression, zone, kind, content,
    targets, policy, grace_ms, jitter_ms, paused, version, after_ms)
    values ('s', ${guildId}, 't', 'x', 1, 'once', '', 'UTC', 'publication', '{}', '[]', 'once', 0, 0, 0, 1, 0)`.execute(
    db,
  );
}
