import { createHash, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { mastodon } from '#plugins/mastodon/index.ts';
import { x } from '#plugins/x/index.ts';
import { scopes } from '#plugins/x/scopes.ts';
import { described } from '../plugins/x/fake-x.ts';
import { judgeOf } from './support/judge.ts';
import { type OpenElsewhere, openElsewhere } from './support/open-elsewhere.ts';
import { publishing } from './support/publish.ts';

const picture = {
  bytes: Buffer.from('89504e470d0a1a0a', 'hex'),
  name: 'harbour.png',
  mediaType: 'image/png',
  altText: 'The harbour at night',
};
const content = { body: 'Sounds of the harbour & the sea. https://example.com/listen?a=1' };

function atMastodon(elsewhere: OpenElsewhere, credentials = elsewhere.token('mastodon')) {
  const options = { instance: elsewhere.pageUrl };
  return publishing({ plugin: mastodon, options, addresses: {}, credentials, content, files: [picture] });
}

test('a post with a picture stands on the Mastodon server, once, though answers got lost', async () => {
  const elsewhere = await openElsewhere();
  const place = await atMastodon(elsewhere);
  expect(await place.verify()).toMatchObject({ problems: [] });
  // The upload's answer, and then that of the post.
  elsewhere.setSwitch('mastodon', 'lost-answer', 'on');
  const lost = place.deliver();
  await expect(lost).rejects.toThrow('did not land');
  elsewhere.setSwitch('mastodon', 'fail-after', 'once');
  elsewhere.setSwitch('mastodon', 'lost-answer', 'off');
  const { url = '' } = Object.values(await place.deliver()).at(-1) ?? {};
  expect(url).toMatch(`${elsewhere.pageUrl}/mastodon/@you/`);
  const page = await elsewhere.page(new URL(url).pathname);
  expect(page).toContain('Sounds of the harbour &amp; the sea.');
  expect(page).toContain('alt="The harbour at night"');
  const [, source = ''] = /<img src="([^"]+)"/.exec(page) ?? [];
  const shown = await fetch(elsewhere.pageUrl + source);
  expect(Buffer.from(await shown.arrayBuffer())).toEqual(picture.bytes);
  expect(elsewhere.arrivedCount).toBe(1);
});

test('Mastodon refuses a revoked token, too many requests and a long text in its own way', async () => {
  const elsewhere = await openElsewhere();
  const place = await atMastodon(elsewhere);
  elsewhere.setSwitch('mastodon', 'too-many', 'on');
  await expect(place.deliver()).rejects.toThrow('rate-limited');
  elsewhere.setSwitch('mastodon', 'too-many', 'off');
  const { accessToken } = elsewhere.token('mastodon');
  const long = await fetch(`${elsewhere.pageUrl}/api/v1/statuses`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ status: 'x'.repeat(501) }),
  });
  expect([long.status, await long.text()]).toEqual([422, expect.stringContaining('character limit of 500')]);
  elsewhere.revokeTokens('mastodon');
  await expect(place.deliver()).rejects.toThrow('authorisation-lost');
});

async function atX(elsewhere: OpenElsewhere, given: Partial<Parameters<typeof publishing>[0]> = {}) {
  const { apiUrl = '', webUrl = '' } = elsewhere.addresses().x ?? {};
  return publishing({
    plugin: x,
    options: { auth: 'oauth1' },
    addresses: { apiUrl, webUrl },
    routes: { 'https://api.x.com': apiUrl },
    credentials: elsewhere.token('x'),
    content,
    files: [picture],
    ...given,
  });
}

async function judgeOfX() {
  const judge = await judgeOf('x.json', {}, described);
  return {
    ...judge,
    // Refusals fail X's own schema of errors, and OAuth isn't in its description.
    observe: (exchange: Parameters<typeof judge.observe>[0]) => {
      if (exchange.answer.status < 400 && !exchange.call.path.includes('/oauth2/')) judge.observe(exchange);
    },
  };
}

test('a post with a picture stands on X, in answers that its description allows', async () => {
  const judge = await judgeOfX();
  const elsewhere = await openElsewhere({ observe: judge.observe });
  const place = await atX(elsewhere);
  expect(await place.verify()).toMatchObject({ account: '@you', problems: [] });
  const { url = '' } = Object.values(await place.deliver()).at(-1) ?? {};
  expect(url).toMatch(`${elsewhere.pageUrl}/i/web/status/`);
  const page = await (await fetch(url)).text();
  expect(page).toContain('Sounds of the harbour &amp; the sea.');
  expect(page).toContain('alt="The harbour at night"');
  judge.expectNoViolations();
});

test.each(['fail-before', 'fail-after', 'lost-answer'] as const)(
  'with the switch %s a post stands on X once',
  async (fault) => {
    const elsewhere = await openElsewhere();
    const place = await atX(elsewhere, { files: [] });
    elsewhere.setSwitch('x', fault, 'once');
    await place.deliver();
    expect((await elsewhere.page('/x')).match(/Sounds of the harbour/g)).toHaveLength(1);
  },
);

test('X’s page grants access to an app, which posts with what that gave', async () => {
  const elsewhere = await openElsewhere();
  const place = await atX(elsewhere, { options: { auth: 'oauth2' }, credentials: { clientId: 'my-app' } });
  const { authorise } = place.publisher;
  const [verifier, redirectUrl] = [randomBytes(32).toString('base64url'), 'http://127.0.0.1:9/back'];
  const page = new URL(authorise?.pageUrl(place.context()) ?? '');
  const asked = {
    response_type: 'code',
    client_id: 'my-app',
    redirect_uri: redirectUrl,
    scope: scopes.join(' '),
    state: 'the state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
  };
  page.search = new URLSearchParams(asked).toString();
  const shown = await fetch(page);
  expect(shown.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:9");
  expect(await shown.text()).toContain('media.write');
  const press = async (answer: string) => {
    const body = new URLSearchParams({ ...asked, answer });
    const pressed = await fetch(page.origin + page.pathname, { method: 'POST', body, redirect: 'manual' });
    return new URL(pressed.headers.get('location') ?? '').searchParams;
  };
  expect((await press('deny')).get('error')).toBe('access_denied');
  const back = await press('allow');
  expect(back.get('state')).toBe('the state');
  const grant = { code: back.get('code') ?? '', verifier, redirectUrl };
  const access = await authorise?.exchange(place.context(), grant);
  await expect(authorise?.exchange(place.context(), grant)).rejects.toThrow();
  const granted = await atX(elsewhere, {
    options: { auth: 'oauth2' },
    credentials: { clientId: 'my-app', refreshToken: access?.credential ?? '' },
    ...(access && { tokens: access.tokens }),
  });
  expect(await granted.verify()).toMatchObject({ account: '@you', problems: [] });
  await granted.deliver();
  expect(await elsewhere.page('/x')).toContain('Sounds of the harbour');
  elsewhere.revokeTokens('x');
  await expect(granted.deliver()).rejects.toThrow('authorisation-lost');
});

test('X’s page leads nobody to another machine', async () => {
  const elsewhere = await openElsewhere();
  const page = await fetch(`${elsewhere.pageUrl}/i/oauth2/authorize?redirect_uri=https://evil.example/`);
  expect([page.status, await page.text()]).toEqual([400, expect.stringContaining('another machine')]);
});
