import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Arrivals } from '#access/guilds/guild-arrivals.ts';
import { GuildSettingsDesk } from '#access/guilds/guild-settings.ts';
import { createArrivalStore } from '#access/tables/arrival-store.ts';
import { createGuildSettingStore } from '#access/tables/guild-setting-store.ts';
import type { Actor } from '#contracts/actor.ts';
import { silentLogger } from '#core/logger.ts';
import { AlertPlaces } from '#publishing/alerts/alert-places.ts';
import { AlertStore } from '#publishing/alerts/alert-store.ts';
import { createWallTime } from '#scheduling/time/wall-time.ts';
import { Zones } from '#scheduling/time/zones.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { createIntentStore } from '#storage/intent-store.ts';
import { describeEngines, openDatabase, sqlite } from '../support/engines.ts';
import { FakeClock } from '../support/fake-clock.ts';
import { rejection } from '../support/rejection.ts';
import { createDatabase, migrations, prepareDatabase, type Schema } from '../support/tables.ts';

const north = '100000000000000001';
const south = '100000000000000002';
const west = '100000000000000003';
const east = '100000000000000004';
const closed = '300000000000000009';
const ada: Actor = { kind: 'system', reason: 'test' };
const dayMs = 86_400_000;
const defaults = {
  ...{ whoAdds: 'everybody', votes: true, membersSeeLibrary: true },
  ...{ onMove: 'follow', leaveAfterMs: 60_000, volumePercent: 100 },
};

/** One process on the database, as after its start. */
async function hub(db: Kysely<Schema>, init: { clock?: FakeClock; shared?: boolean } = {}) {
  const { clock = new FakeClock(), shared = false } = init;
  const store = createGuildSettingStore(db);
  const board = { mayPost: (_guildId: string, channelId: string) => channelId !== closed };
  const alerts = new AlertStore(db);
  const places = new AlertPlaces({ store: alerts, board, clock, changed: () => {} });
  const intents = createIntentStore(db);
  const wallTime = createWallTime({ zones: new Zones(), clock });
  const settings = new GuildSettingsDesk(
    {
      ...{ store, intents, clock, logger: silentLogger() },
      ...{ notices: () => places, wallTime: () => wallTime },
    },
    { shared },
  );
  onTestFinished(() => settings.stop());
  await settings.start();
  const arrivals = new Arrivals({
    ...{ store: createArrivalStore(db), settings: store, clock },
    settingsChanged: () => settings.read(),
  });
  const told: string[] = [];
  settings.onChange((guildId) => told.push(guildId));
  return { settings, arrivals, intents, alerts, places, clock, told };
}

/** The database that the version before left: settings of relays, a channel for alerts, a grant, home guilds. */
async function databaseOfBefore(place: DatabasePlace): Promise<Kysely<Schema>> {
  const components = { clock: new FakeClock(), logger: silentLogger() };
  const db = createDatabase(place);
  await prepareDatabase(components, db, { ...place, migrations: migrations.slice(0, 18) });
  const rows = readFileSync(join(import.meta.dirname, 'settings-of-before.sql'), 'utf8');
  for (const row of rows.split('\n').filter((line) => line !== '')) await sql.raw(row).execute(db);
  await db.destroy();
  return openDatabase(place);
}

describe('the database of the version before', () => {
  test('loses nothing: relays and alerts are as they were decided, and stay it', async () => {
    const db = await databaseOfBefore(await sqlite.emptyPlace());
    for (const { settings, intents } of [await hub(db), await hub(db)]) {
      expect(settings.of(north)).toMatchObject({ onMove: 'return', leaveAfterMs: 5_000, volumePercent: 30 });
      expect(settings.of(west)).toMatchObject({ onMove: 'follow', volumePercent: 150 });
      expect(settings.of(south).noticesChannelId).toBe('300000000000000001');
      expect(await intents.list('relay-settings')).toEqual([]);
    }
  });

  test('a decision that came first isn’t undone by what is taken over later', async () => {
    const db = await databaseOfBefore(await sqlite.emptyPlace());
    await createGuildSettingStore(db).change(west, { volumePercent: 70 }, 'x', 1);
    expect((await hub(db)).settings.of(west)).toMatchObject({ volumePercent: 70, leaveAfterMs: 60_000 });
  });

  test('its guilds keep the library closed and get no hello; those that come later do', async () => {
    const { settings, arrivals, clock } = await hub(await databaseOfBefore(await sqlite.emptyPlace()));
    // The fourth left no trace in the database.
    const joined = [north, south, west, east].map((id) => ({ id, joinedAtMs: clock.nowMs() }));
    await arrivals.loggedIn(joined);
    for (const { id } of joined) {
      expect(settings.of(id).membersSeeLibrary).toBe(false);
      expect(await arrivals.claimHello(id)).toBe(false);
    }
    const newcomer = '100000000000000005';
    await arrivals.joined(newcomer);
    expect(settings.of(newcomer).membersSeeLibrary).toBe(true);
    expect(await arrivals.claimHello(newcomer)).toBe(true);
  });
});

describeEngines('a guild’s settings', (on) => {
  test('are kept by guild, change where they are given, and can be taken back', async () => {
    const db = await openDatabase(await on.place());
    const { settings, told } = await hub(db);
    expect(settings.of(north)).toEqual({ guildId: north, ...defaults });
    await settings.change(north, { zone: 'europe/berlin', votes: false }, ada);
    await settings.change(north, { volumePercent: 30, whoAdds: undefined }, ada);
    const decided = { guildId: north, ...defaults, zone: 'Europe/Berlin', votes: false, volumePercent: 30 };
    expect(settings.of(north)).toEqual(decided);
    expect((await hub(db)).settings.of(north)).toEqual(decided);
    expect(settings.of(south)).toEqual({ guildId: south, ...defaults });
    await settings.change(north, { zone: null, votes: null }, ada);
    expect((await hub(db)).settings.of(north)).toEqual({ guildId: north, ...defaults, volumePercent: 30 });
    expect(told).toEqual([north, north, north]);
  });

  test('and alerts have one channel, whichever changes it', async () => {
    const { settings, places, alerts, told } = await hub(await openDatabase(await on.place()));
    await settings.change(north, { noticesChannelId: 'c' }, ada);
    expect(await alerts.channel(north)).toMatchObject({ channelId: 'c' });
    await places.set(north, 'd', ada);
    expect(settings.of(north).noticesChannelId).toBe('d');
    await places.set(north, undefined, ada);
    expect(settings.of(north).noticesChannelId).toBeUndefined();
    expect(told).toEqual([north, north, north]);
  });

  test('refuse a zone that isn’t and a channel the bot can’t write in, and then nothing changes', async () => {
    const { settings } = await hub(await openDatabase(await on.place()));
    const wrongs = [
      { zone: 'Mars/Base', votes: false },
      { noticesChannelId: closed, votes: false },
    ];
    const codes = [];
    for (const wrong of wrongs) codes.push(await rejection(settings.change(north, wrong, ada)));
    expect(codes).toMatchObject([{ code: 'SCHEDULE_ZONE_UNKNOWN' }, { code: 'ALERTS_CHANNEL_CLOSED' }]);
    expect(settings.of(north)).toEqual({ guildId: north, ...defaults });
  });

  test('that another process changed are known within half a minute', async () => {
    const db = await openDatabase(await on.place());
    const clock = new FakeClock(0, () => new Promise((resolve) => setTimeout(resolve, 20)));
    const first = await hub(db, { clock, shared: true });
    await (await hub(db)).settings.change(north, { zone: 'UTC' }, ada);
    expect(first.settings.of(north).zone).toBeUndefined();
    await clock.advance(30_000);
    await expect.poll(() => first.settings.of(north).zone, { timeout: 10_000 }).toBe('UTC');
    expect(first.told).toEqual([north]);
  });
});

describeEngines('the hello of a guild', (on) => {
  test('is due once in its life, and not where the bot was before the hub', async () => {
    const db = await openDatabase(await on.place());
    const { settings, arrivals, clock } = await hub(db);
    await arrivals.loggedIn([{ id: north, joinedAtMs: clock.nowMs() }]);
    expect(await arrivals.claimHello(north)).toBe(false);
    // A fresh hub has its library open.
    expect(settings.of(north).membersSeeLibrary).toBe(true);
    await arrivals.joined(south);
    const claims = await Promise.all([arrivals.claimHello(south), arrivals.claimHello(south)]);
    expect(claims.sort()).toEqual([false, true]);
    // It left and came back; the hub restarted.
    await arrivals.joined(south);
    expect(await (await hub(db)).arrivals.claimHello(south)).toBe(false);
  });

  test('comes late where the hub was off, but not weeks late', async () => {
    const db = await openDatabase(await on.place());
    await (await hub(db)).arrivals.loggedIn([]);
    const { arrivals, clock } = await hub(db);
    const nowMs = clock.nowMs();
    await arrivals.loggedIn([
      { id: north, joinedAtMs: nowMs - dayMs },
      { id: south, joinedAtMs: nowMs - 20 * dayMs },
      { id: west, joinedAtMs: undefined },
    ]);
    const due = [];
    for (const id of [north, south, west]) due.push(await arrivals.claimHello(id));
    expect(due).toEqual([true, false, false]);
  });
});
