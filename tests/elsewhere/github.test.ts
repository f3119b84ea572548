import { expect, test } from 'vitest';
import { github } from '#plugins/github/index.ts';
import { webhook } from '#plugins/webhook/index.ts';
import { judgeOf } from './support/judge.ts';
import { type OpenElsewhere, openElsewhere } from './support/open-elsewhere.ts';
import { publishing } from './support/publish.ts';

const files = [
  { bytes: Buffer.from('sound'.repeat(500)), name: 'programme.ogg', mediaType: 'audio/ogg' },
  { bytes: Buffer.from('notes'), name: 'notes.txt', mediaType: 'text/plain' },
];

function target(elsewhere: OpenElsewhere, options: object, credentials = elsewhere.token('github')) {
  const addresses = { ...elsewhere.addresses().github };
  const sent = 'kind' in options && options.kind === 'gist' ? files.slice(1) : files;
  return publishing({ plugin: github, options, addresses, credentials, files: sent });
}

const release = { kind: 'release', owner: 'acme', repo: 'site', tag: '{version}' };

test('a release with files stands on its page, as the real publisher sent it', async () => {
  const judge = await judgeOf('github.json');
  const elsewhere = await openElsewhere({ observe: judge.observe });
  const place = await target(elsewhere, release);
  expect(await place.verify()).toMatchObject({ account: 'you', problems: [] });
  const receipts = await place.deliver();
  const url = receipts.publish?.url ?? '';
  expect(url).toBe(`${elsewhere.pageUrl}/github/acme/site/releases/tag/v1.2.0`);
  const page = await elsewhere.page(new URL(url).pathname);
  expect(page).toContain('<strong>done</strong>');
  expect(page).not.toContain('Publication-Id');
  expect(page).toContain('programme.ogg');
  expect(page).toContain('<audio controls');
  const download = await fetch(`${elsewhere.pageUrl}/github/acme/site/releases/download/v1.2.0/notes.txt`);
  expect(await download.text()).toBe('notes');
  expect(elsewhere.arrivedCount).toBeGreaterThan(0);
  expect(await elsewhere.page('/')).toContain('Release Version 1.2 in acme/site');
  judge.expectNoViolations();
});

test.each([
  ['commit', { kind: 'commit', owner: 'acme', repo: 'site', branch: 'main' }],
  ['pull request', { kind: 'pull-request', owner: 'acme', repo: 'site', base: 'main' }],
  ['Pages', { kind: 'pages', owner: 'acme', repo: 'site' }],
  ['gist', { kind: 'gist' }],
])('a %s stands where its receipt leads, in answers that the description allows', async (_, options) => {
  const judge = await judgeOf('github.json');
  const elsewhere = await openElsewhere({ observe: judge.observe });
  const place = await target(elsewhere, options);
  expect((await place.verify()).problems).toEqual([]);
  const receipts = await place.deliver();
  for (const { url } of Object.values(receipts)) {
    expect(url).toMatch(`${elsewhere.pageUrl}/github/`);
    expect((await fetch(url ?? '')).status).toBe(200);
  }
  judge.expectNoViolations();
});

test.each(['fail-before', 'fail-after', 'lost-answer'] as const)(
  'with the switch %s the release stands there once, whole',
  async (fault) => {
    const elsewhere = await openElsewhere();
    const place = await target(elsewhere, release);
    elsewhere.setSwitch('github', fault, 'once');
    await place.deliver();
    const page = await elsewhere.page('/github/acme/site');
    expect(page.match(/Version 1\.2/g)).toHaveLength(1);
    expect(page).toContain('2 files');
  },
);

test('too many requests, a revoked and an expired token are refused as GitHub does', async () => {
  const elsewhere = await openElsewhere();
  const place = await target(elsewhere, release);
  elsewhere.setSwitch('github', 'too-many', 'on');
  await expect(place.deliver()).rejects.toThrow('rate-limited');
  elsewhere.setSwitch('github', 'too-many', 'off');
  elsewhere.revokeTokens('github');
  await expect(place.deliver()).rejects.toThrow('authorisation-lost: GitHub answered 401: Bad credentials');
  const expired = await target(elsewhere, release, elsewhere.token('github', 0));
  await expect(expired.deliver()).rejects.toThrow('authorisation-lost');
  expect(elsewhere.arrivedCount).toBe(0);
});

test('a webhook stands in its inbox with its headers once its signature is right, and only once', async () => {
  const elsewhere = await openElsewhere();
  const credentials = elsewhere.token('inbox');
  const place = await publishing({
    plugin: webhook,
    options: { dedupe: 'server-key', showResultAddress: true },
    addresses: {},
    credentials,
  });
  expect((await place.verify()).problems).toEqual([]);
  elsewhere.setSwitch('inbox', 'lost-answer', 'once');
  const [receipt] = Object.values(await place.deliver());
  const page = await elsewhere.page(new URL(receipt?.url ?? '').pathname);
  expect(page).toContain('Version 1.2');
  expect(page).toContain('idempotency-key');
  expect(page).toContain('signed</span>');
  expect(page).toContain('and 1 more times');
  const forged = await publishing({
    plugin: webhook,
    options: {},
    addresses: {},
    credentials: { ...credentials, secret: 'another' },
  });
  await expect(forged.deliver()).rejects.toThrow('401');
  expect(await elsewhere.page('/inbox')).toContain('refused</span>');
  expect(elsewhere.arrivedCount).toBe(1);
});
