import { expect, test } from 'vitest';
import { systemChance } from '#core/clock.ts';
import { Drafts } from '#discord/interactions/drafts.ts';
import { draftCharactersMax, draftsCharactersMax, draftsPerPersonMax } from '#discord/interactions/limits.ts';

const one = { guildId: '1', userId: '1' };

function start() {
  const map = new Map<string, unknown>();
  const store = {
    get: async (key: string) => map.get(key),
    set: async (key: string, value: unknown) => map.set(key, value),
    delete: async (key: string) => map.delete(key),
  };
  return { map, drafts: new Drafts({ store, chance: systemChance() }) };
}

const gone = expect.objectContaining({ code: 'DISCORD_DRAFT_GONE' });

test('a draft is found by its owner, in its guild, and by nobody else', async () => {
  const { drafts } = start();
  const id = await drafts.keep(one, { title: 'Mine' });
  expect(await drafts.get(one, id)).toEqual({ title: 'Mine' });
  await expect(drafts.get({ ...one, userId: '2' }, id)).rejects.toThrow(gone);
  await expect(drafts.get({ ...one, guildId: '2' }, id)).rejects.toThrow(gone);
});

test('what is forgotten is gone, the others stay', async () => {
  const { drafts } = start();
  const [first, second] = [await drafts.keep(one, 1), await drafts.keep(one, 2)];
  await drafts.forget(one, first);
  await expect(drafts.get(one, first)).rejects.toThrow(gone);
  expect(await drafts.get(one, second)).toBe(2);
});

test('drafts kept at the same time do not lose one another', async () => {
  const { drafts } = start();
  const ids = await Promise.all(
    Array.from({ length: draftsPerPersonMax }, (_, index) => drafts.keep(one, index)),
  );
  expect(await Promise.all(ids.map((id) => drafts.get(one, id)))).toEqual(ids.map((_, index) => index));
});

test('the newest few are kept, in number and in size', async () => {
  const { drafts, map } = start();
  const first = await drafts.keep(one, 0);
  for (let turn = 0; turn < draftsPerPersonMax; turn++) await drafts.keep(one, turn);
  await expect(drafts.get(one, first)).rejects.toThrow(gone);

  const large = 'x'.repeat(draftCharactersMax - 2);
  for (let turn = 0; turn < 3; turn++)
    expect(await drafts.get(one, await drafts.keep(one, large))).toBe(large);
  expect(JSON.stringify([...map.values()]).length).toBeLessThan(draftsCharactersMax + 1_000);
  await expect(drafts.keep(one, `${large}x`)).rejects.toMatchObject({ code: 'DISCORD_DRAFT_TOO_LARGE' });
});

test('a store that lost or damaged them makes them gone, nothing worse', async () => {
  const { drafts, map } = start();
  const id = await drafts.keep(one, 1);
  for (const key of map.keys()) map.set(key, 'damaged');
  await expect(drafts.get(one, id)).rejects.toThrow(gone);
  expect(await drafts.get(one, await drafts.keep(one, 2))).toBe(2);
});
