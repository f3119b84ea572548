import { expect, onTestFinished, test } from 'vitest';
import {
  createPlayerStore,
  favouritesMax,
  recentMax,
  type StoredPlayer,
} from '#audio/tables/player-store.ts';
import { systemClock } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { tablesOf } from '#storage/owned-tables.ts';
import { describeEngines, openDatabase } from '../../support/engines.ts';
import { createDatabase, migrations, prepareDatabase } from '../../support/tables.ts';

const player: StoredPlayer = {
  guildId: '1',
  playerId: 'p1',
  phase: 'going',
  loop: 'all',
  resting: undefined,
  currentId: 'a',
  positionMs: 0,
};
const item = (id: string, place: number) => ({
  ...{ id, place, source: `${id}.opus`, facts: { title: id.toUpperCase() } },
  ...{ addedBy: '7', addedByName: 'Ada' },
});

describeEngines('the tables of players', (on) => {
  test('keep a queue of 500 in order, and change only what is named', async () => {
    const store = createPlayerStore(tablesOf(await openDatabase(await on.place())));
    const all = Array.from({ length: 500 }, (_, place) => item(`i${place}`, place));
    await store.write({ player, put: all, remove: [] });
    await store.write({
      player: { ...player, guildId: '2', playerId: 'p2' },
      put: [item('i0', 0)],
      remove: [],
    });
    expect(await store.items('1')).toEqual(all);
    await store.write({
      player: { ...player, loop: 'one', resting: 'https://radio.example/', currentId: undefined },
      put: [{ ...item('i9', -1), facts: { title: 'Found out', durationMs: 5 } }],
      remove: all.slice(0, 9).map(({ id }) => id),
    });
    const left = await store.items('1');
    expect(left.map(({ id }) => id).slice(0, 3)).toEqual(['i9', 'i10', 'i11']);
    expect(left[0]?.facts).toEqual({ title: 'Found out', durationMs: 5 });
    expect(await store.items('2')).toHaveLength(1);
    expect(await store.players()).toMatchObject([
      { guildId: '1', loop: 'one', resting: 'https://radio.example/', currentId: undefined },
      { guildId: '2', playerId: 'p2', resting: undefined, currentId: 'a' },
    ]);
  });

  test('keep the position of the current item, never of one that is over', async () => {
    const store = createPlayerStore(tablesOf(await openDatabase(await on.place())));
    await store.write({ player, put: [item('a', 0)], remove: [] });
    await store.setPosition('1', 'a', 5_000);
    await store.setPosition('1', 'b', 9_000);
    await store.setPosition('2', 'a', 9_000);
    expect(await store.players()).toEqual([{ ...player, positionMs: 5_000 }]);
  });

  test('remember the newest of what played, and so many favourites', async () => {
    const store = createPlayerStore(tablesOf(await openDatabase(await on.place())));
    const sound = (name: string) => ({ source: name, facts: { title: name } });
    for (let at = 0; at < recentMax + 3; at++) await store.addRecent('1', sound(`r${at}`), at);
    await store.addRecent('1', sound('r9'), 1_000);
    const recent = (await store.recent('1')).map(({ source }) => source);
    expect(recent).toHaveLength(recentMax);
    expect(recent.slice(0, 2)).toEqual(['r9', `r${recentMax + 2}`]);
    expect(await store.recent('2')).toEqual([]);

    const long = `https://a.example/${'ü'.repeat(1_900)}`;
    for (let at = 0; at < favouritesMax; at++)
      expect(await store.keepFavourite('1', sound(`${long}${at}`), at)).toBe(true);
    expect(await store.keepFavourite('1', sound('one more'), 1_000)).toBe(false);
    expect(await store.keepFavourite('1', sound(`${long}5`), 1_001)).toBe(true);
    expect((await store.favourites('1'))[0]?.source).toBe(`${long}5`);
    await store.dropFavourite('2', `${long}5`);
    await store.dropFavourite('1', `${long}5`);
    expect(await store.favourites('1')).toHaveLength(favouritesMax - 1);
  });

  test('are empty in a database of before, which opens', async () => {
    const place = await on.emptyPlace();
    const components = { clock: systemClock(), logger: silentLogger() };
    const old = createDatabase(place);
    await prepareDatabase(components, old, { ...place, migrations: migrations.slice(0, 18) });
    await old
      .insertInto('role_grant')
      .values({ guild_id: '1', discord_role_id: '2', role: 'publisher' })
      .execute();
    await old.destroy();
    const db = createDatabase(place);
    onTestFinished(() => db.destroy());
    await prepareDatabase(components, db, place);
    expect(await createPlayerStore(tablesOf(db)).players()).toEqual([]);
    expect(await db.selectFrom('role_grant').select('role').execute()).toEqual([{ role: 'publisher' }]);
  });
});
