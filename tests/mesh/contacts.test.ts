import { expect, test } from 'vitest';
import { claimedNameIn, cleanName, userAgentOf } from '#mesh/community-name.ts';
import { Contacts } from '#mesh/contacts.ts';
import { meshLimits } from '#mesh/limits.ts';

test('the one not seen for longest makes room, never one that is kept', () => {
  const contacts = new Contacts((peerId) => peerId === 'kept');
  contacts.see('kept', {});
  contacts.see('early', {});
  for (let index = 0; index < meshLimits.contactsMax - 2; index += 1) contacts.see(`peer${index}`, {});
  contacts.see('early', {});
  contacts.see('late', {});
  expect(contacts.all()).toHaveLength(meshLimits.contactsMax);
  expect(contacts.get('kept')).toBeDefined();
  expect(contacts.get('early')).toBeDefined();
  expect(contacts.get('peer0')).toBeUndefined();
});

test('neither those met nor those only spoken of push the others out', () => {
  const { contactsMax } = meshLimits;
  const remote = '/ip4/198.51.100.1/tcp/1';
  const spokenOf = new Contacts(() => false);
  spokenOf.see('met', { remote });
  for (let index = 0; index < contactsMax * 4; index += 1) spokenOf.see(`rumour${index}`, {});
  expect(spokenOf.get('met')).toBeDefined();
  const met = new Contacts(() => false);
  for (let index = 0; index < contactsMax / 2; index += 1) met.see(`rumour${index}`, {});
  for (let index = 0; index < contactsMax * 4; index += 1) met.see(`met${index}`, { remote });
  expect(met.get('rumour0')).toBeDefined();
  expect(met.all()).toHaveLength(contactsMax);
});

test('what others say of an address stands apart from what it says itself', () => {
  const contacts = new Contacts(() => false);
  const rumours = Array.from({ length: 20 }, (_, index) => `/ip4/9.9.9.9/tcp/${index}`);
  contacts.see('peer', { addresses: ['/ip4/1.1.1.1/tcp/1'] });
  const { addresses } = contacts.see('peer', { rumours });
  expect(addresses).toEqual(['/ip4/1.1.1.1/tcp/1']);
});

test('addresses are kept newest first, once each, bounded in number and length', () => {
  const contacts = new Contacts(() => false);
  contacts.see('peer', { addresses: ['/ip4/1.1.1.1/tcp/1/p2p/peer', '/ip4/2.2.2.2/tcp/2'] });
  const { addresses } = contacts.see('peer', { addresses: ['/ip4/3.3.3.3/tcp/3', '/ip4/1.1.1.1/tcp/1'] });
  expect(addresses).toEqual(['/ip4/3.3.3.3/tcp/3', '/ip4/1.1.1.1/tcp/1', '/ip4/2.2.2.2/tcp/2']);
  const many = Array.from({ length: 100 }, (_, index) => `/ip4/9.9.9.9/tcp/${index}`);
  const long = `/dns/${'a'.repeat(400)}/tcp/1`;
  expect(contacts.see('peer', { addresses: [long, ...many] }).addresses).toEqual(
    many.slice(0, meshLimits.addressesPerContactMax),
  );
});

test('a claimed name comes through identify as it was, without what could deceive', () => {
  expect(claimedNameIn(userAgentOf('Süd (Berlin) 🎵', '0.1.0'))).toBe('Süd (Berlin) 🎵');
  expect(claimedNameIn('guildmesh/1.0.0 (evil\u202eNorth\u0000\n@everyone)')).toBe('evilNorth everyone');
  expect(claimedNameIn(`guildmesh/1.0.0 (${'x'.repeat(5_000)})`)).toBeUndefined();
  expect(claimedNameIn(`guildmesh/1.0.0 (${'x'.repeat(500)})`)?.length).toBeLessThanOrEqual(
    meshLimits.communityNameLengthMax,
  );
});

test.each([undefined, '', 'js-libp2p/3.3.11 node/24', 'guildmesh/1.0.0 ()', 'guildmesh/1.0.0 (\u200b)'])(
  '%j claims no name',
  (userAgent) => {
    expect(claimedNameIn(userAgent)).toBeUndefined();
  },
);

test('a name is one visible line', () => {
  expect(cleanName('  a\t\tb  ')).toBe('a b');
  expect(cleanName('\u2066\u2069')).toBe('');
});
