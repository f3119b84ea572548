import { expect, test } from 'vitest';
import { createGrantStore } from '#access/tables/grant-store.ts';
import { grantsPerGuildMax } from '#contracts/grant-store.ts';
import { lastAddressesMax, trustedCommunitiesMax } from '#contracts/trust-store.ts';
import { createTrustStore } from '#mesh/tables/trust-store.ts';
import type { DatabasePlace } from '#storage/database.ts';
import { createIntentStore } from '#storage/intent-store.ts';
import { describeEngines, type EngineUnderTest, openDatabase } from '../support/engines.ts';
import { rejection } from '../support/rejection.ts';

const community = {
  peerId: '12D3',
  name: 'South',
  trustedBy: 'guild-member:1:2',
  trustedAtMs: 5,
  lastAddresses: [],
};

async function stores(on: EngineUnderTest, hub = '', place?: DatabasePlace) {
  const db = await openDatabase(place ?? (await on.place()));
  return {
    intents: createIntentStore(db, () => hub),
    trust: createTrustStore(db),
    grants: createGrantStore(db),
  };
}

describeEngines('stores', (on) => {
  test('an intent is replaced by its kind and key, listed oldest first, and removed', async () => {
    const { intents } = await stores(on);
    const relay = (key: string, createdAtMs: number) =>
      ({ kind: 'relay', key, payload: { key }, wantedBy: 'x', createdAtMs }) as const;
    await intents.put(relay('b', 2));
    await intents.put(relay('a', 3));
    await intents.put(relay('b', 1));
    expect(await intents.list('relay')).toEqual([relay('b', 1), relay('a', 3)]);
    await intents.remove('relay', 'b');
    await intents.remove('relay', 'unknown');
    expect(await intents.list('relay')).toEqual([relay('a', 3)]);
  });

  test('trust is replaced by peer id and removed; only so many addresses are kept', async () => {
    const { trust } = await stores(on);
    const addresses = Array.from(
      { length: lastAddressesMax + 5 },
      (_, index) => `/ip4/10.0.0.${index}/tcp/1`,
    );
    await trust.put(community);
    await trust.put({ ...community, name: 'Renamed', lastAddresses: addresses });
    expect(await trust.list()).toEqual([
      { ...community, name: 'Renamed', lastAddresses: addresses.slice(0, lastAddressesMax) },
    ]);
    await trust.remove('12D3');
    expect(await trust.list()).toEqual([]);
  });

  test('names stay known by key when a community is forgotten or renamed; the oldest make room', async () => {
    const { trust } = await stores(on);
    await trust.put(community);
    await trust.put({ ...community, name: 'Far SOUTH' });
    await trust.remove(community.peerId);
    await trust.put({ ...community, peerId: '12D4', trustedAtMs: 6 });
    const known = (peerId: string, name: string, trustedAtMs: number) => ({ peerId, name, trustedAtMs });
    expect(await trust.names()).toEqual([
      known('12D3', 'far south', 5),
      known('12D3', 'south', 5),
      known('12D4', 'south', 6),
    ]);
  });

  test('one trusted community too many is refused; those there can still be changed', async () => {
    const { trust } = await stores(on);
    for (let index = 0; index < trustedCommunitiesMax; index++)
      await trust.put({ ...community, peerId: `${index}` });
    expect(await rejection(trust.put({ ...community, peerId: 'more' }))).toMatchObject({
      code: 'STORAGE_LIMIT_REACHED',
    });
    expect(await trust.list()).toHaveLength(trustedCommunitiesMax);
    await trust.put({ ...community, peerId: '0', name: 'Renamed' });
  });

  test('one grant too many is refused, in that guild only', async () => {
    const { grants } = await stores(on);
    const grant = { guildId: '1', discordRoleId: '', role: 'member' as const };
    for (let index = 0; index < grantsPerGuildMax; index++)
      await grants.put({ ...grant, discordRoleId: `${index}` });
    expect(await rejection(grants.put({ ...grant, discordRoleId: 'more' }))).toMatchObject({
      code: 'STORAGE_LIMIT_REACHED',
    });
    await grants.put({ ...grant, guildId: '2' });
    await grants.remove('1', '0');
    await grants.put({ ...grant, discordRoleId: 'more' });
  });

  test('what one hub keeps running is not another’s; trust and grants are shared', async () => {
    const place = await on.place();
    const north = await stores(on, 'north', place);
    const south = await stores(on, 'south', place);
    const node = (name: string) =>
      ({ kind: 'node', key: '', payload: { name }, wantedBy: 'x', createdAtMs: 1 }) as const;
    await north.intents.put(node('north'));
    await south.intents.put(node('south'));
    expect(await north.intents.list('node')).toEqual([node('north')]);
    await north.intents.remove('node', '');
    expect(await south.intents.list('node')).toEqual([node('south')]);
    await north.trust.put(community);
    expect(await south.trust.list()).toEqual([community]);
  });
});
