import { request } from 'node:http';
import { createElsewhere } from '@guildmesh/elsewhere';
import { ElsewhereError } from '@guildmesh/elsewhere/errors';
import { expect, test } from 'vitest';
import { rejection } from '../support/rejection.ts';
import { type OpenElsewhere, openElsewhere } from './support/open-elsewhere.ts';

const hostile = '<script>alert(1)</script><img src=x onerror=alert(1)> \u202egpj.exe';

async function makeRelease(elsewhere: OpenElsewhere, body: object): Promise<string> {
  const { token } = elsewhere.token('github');
  const response = await fetch(`${elsewhere.addresses().github?.apiUrl}/repos/acme/site/releases`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return (await response.text()).slice(0, 2_000);
}

test('what arrives is shown inert: no script, no hidden direction, a long text in part', async () => {
  const elsewhere = await openElsewhere();
  const long = `# ${hostile}\n[a](javascript:alert(1)) ![b](https://example.com/b.png)\n${'x'.repeat(110_000)}`;
  await makeRelease(elsewhere, { tag_name: 'v1', name: hostile, body: long });
  for (const path of ['/', '/github', '/github/acme/site', '/github/acme/site/releases/tag/v1']) {
    const response = await fetch(elsewhere.pageUrl + path);
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).not.toContain('unsafe');
    const page = await response.text();
    expect(page.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/assets/live.js">']);
    expect(page).not.toMatch(/<img|href="javascript|\u202e/);
    if (path !== '/github') expect(page).toContain('⟨U+202E⟩gpj.exe');
    expect(page.length).toBeLessThan(200_000);
  }
  expect(await elsewhere.page('/github/acme/site/releases/tag/v1')).toContain('The first 100000 of');
});

test('a file that was uploaded runs nothing, whatever it is called', async () => {
  const elsewhere = await openElsewhere();
  const made = await makeRelease(elsewhere, { tag_name: 'v1' });
  const [, id] = /releases\/(\d+)/.exec(made) ?? [];
  const { token } = elsewhere.token('github');
  await fetch(`${elsewhere.pageUrl}/github-uploads/repos/acme/site/releases/${id}/assets?name=page.html`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'text/html' },
    body: '<script>alert(1)</script>',
  });
  const { headers } = await fetch(`${elsewhere.pageUrl}/github/acme/site/releases/download/v1/page.html`);
  expect(headers.get('content-type')).toBe('application/octet-stream');
  expect(headers.get('content-disposition')).toMatch(/^attachment/);
  expect(headers.get('content-security-policy')).toMatch(/^sandbox/);
});

test('buttons of a page make and revoke a token, and set a switch', async () => {
  const elsewhere = await openElsewhere();
  const press = (path: string, form: Record<string, string> = {}) =>
    fetch(elsewhere.pageUrl + path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { origin: elsewhere.pageUrl },
      redirect: 'manual',
    });
  expect((await press('/github/tokens', { life: '2-minutes' })).status).toBe(303);
  const page = await elsewhere.page('/github');
  const [token] = /ghp_\w{36}/.exec(page) ?? [];
  const user = () =>
    fetch(`${elsewhere.addresses().github?.apiUrl}/user`, { headers: { authorization: `token ${token}` } });
  expect((await user()).status).toBe(200);
  await press('/github/switches', { fault: 'too-many', setting: 'on' });
  expect((await user()).headers.get('retry-after')).toMatch(/^\d+$/);
  await press('/github/switches', { fault: 'too-many', setting: 'off' });
  await press('/github/tokens/all/revoke');
  expect((await user()).status).toBe(401);
  expect(await elsewhere.page('/github')).toContain('revoked</span>');
  expect((await press('/github/switches', { fault: 'flood', setting: 'on' })).status).toBe(400);
});

test('raw requests are shown, with credentials shortened', async () => {
  const elsewhere = await openElsewhere();
  await makeRelease(elsewhere, { tag_name: 'v1', name: 'One' });
  const [, path = ''] = /href="(\/requests\/[^"]+)"/.exec(await elsewhere.page('/github')) ?? [];
  const page = await elsewhere.page(path);
  expect(page).toContain('POST /github-api/repos/acme/site/releases');
  expect(page).toContain('&quot;tag_name&quot;:&quot;v1&quot;');
  expect(page).toMatch(/authorization: Bearer ghp_\w{5}… /);
});

test('only this machine’s own pages and programs are let in', async () => {
  const elsewhere = await openElsewhere();
  const status = (headers: Record<string, string>, path = '/') =>
    new Promise<number | undefined>((resolve) => {
      request(elsewhere.pageUrl + path, { headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).end();
    });
  expect(await status({ host: 'rebound.example' })).toBe(403);
  expect(await status({ origin: 'https://evil.example' }, '/github-api/user')).toBe(403);
  expect(await status({})).toBe(200);
  expect(await status({}, '/nothing')).toBe(404);
});

test('open pages learn that something changed', async () => {
  const elsewhere = await openElsewhere();
  const leave = new AbortController();
  const { body } = await fetch(`${elsewhere.pageUrl}/live`, { signal: leave.signal });
  elsewhere.setSwitch('github', 'slow', 'on');
  let heard = '';
  for await (const chunk of body ?? []) {
    heard += Buffer.from(chunk).toString();
    if (heard.includes('event: changed')) break;
  }
  leave.abort();
  expect(heard).toContain('event: changed');
});

test('a port that is taken is named, with the next step', async () => {
  const elsewhere = await openElsewhere();
  const port = Number(new URL(elsewhere.pageUrl).port);
  const error = await rejection(createElsewhere({ port }).start());
  expect(error).toBeInstanceOf(ElsewhereError);
  expect(error).toMatchObject({
    code: 'ELSEWHERE_PORT_TAKEN',
    message: expect.stringContaining(String(port)),
  });
});
