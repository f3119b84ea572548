import { expect, test } from 'vitest';
import { archiveOrg } from '#plugins/archive-org/index.ts';
import { openElsewhere } from './support/open-elsewhere.ts';
import { publishing } from './support/publish.ts';

const files = [
  { bytes: Buffer.from('sound'.repeat(500)), name: 'programme.ogg', mediaType: 'audio/ogg' },
  { bytes: Buffer.from('notes'), name: 'notes of it.txt', mediaType: 'text/plain' },
];

async function atArchive(options: object = { kind: 'item', project: 'north-choir' }, sent = files) {
  const elsewhere = await openElsewhere();
  const place = await publishing({
    plugin: archiveOrg,
    options,
    addresses: { ...elsewhere.addresses()['archive-org'] },
    credentials: elsewhere.token('archive-org'),
    content: { link: 'https://example.org/page?of=it' },
    files: sent,
  });
  return { elsewhere, place };
}

test('an item with its files stands at archive.org, confirmed by its record', async () => {
  const { elsewhere, place } = await atArchive();
  expect(await place.verify()).toMatchObject({ account: 'you@example.org', problems: [] });
  elsewhere.setSwitch('archive-org', 'fail-after', 'once');
  const receipt = Object.values(await place.deliver()).at(-1);
  expect(receipt?.data?.stage).toBe('confirmed');
  const page = await elsewhere.page(new URL(receipt?.url ?? '').pathname);
  expect(page).toContain('Version 1.2');
  expect(page).toContain('<pre class="text">It is done.');
  expect(page).toContain('<audio controls');
  const [, source = ''] = /href="([^"]+notes%20of%20it\.txt)"/.exec(page) ?? [];
  expect(await elsewhere.page(source)).toBe('notes');
});

test('a page that was to be kept is noted', async () => {
  const { elsewhere, place } = await atArchive({ kind: 'save-page' }, []);
  expect((await place.verify()).problems).toEqual([]);
  const { url = '' } = Object.values(await place.deliver()).at(-1) ?? {};
  expect(url).toMatch(/\/archive-web\/web\/\d{14}\/https:\/\/example\.org\/page\?of=it$/);
  expect(await elsewhere.page(new URL(url).pathname)).toContain('https://example.org/page?of=it');
});

test('keys that were revoked, and too many requests, are answered as archive.org does', async () => {
  const { elsewhere, place } = await atArchive();
  elsewhere.setSwitch('archive-org', 'too-many', 'on');
  await expect(place.deliver()).rejects.toThrow();
  elsewhere.setSwitch('archive-org', 'too-many', 'off');
  elsewhere.revokeTokens('archive-org');
  await expect(place.deliver()).rejects.toThrow('authorisation-lost');
  expect((await place.verify()).problems).toHaveLength(1);
  expect(elsewhere.arrivedCount).toBe(0);
});
