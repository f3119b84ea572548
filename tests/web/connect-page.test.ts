import { expect, test } from 'vitest';
import type { Connections } from '#contracts/connections.ts';
import { defineErrors } from '#core/errors.ts';
import { formFieldsMax } from '#web/connect-page.ts';
import { chromiumPath, launchChromium, noChromium } from '../support/chromium.ts';
import { ask, openDoor } from './support.ts';

const errors = defineErrors({
  PUBLISH_LINK_INVALID: { kind: 'user', message: () => 'This link is no longer valid.', next: () => 'Ask for another.' },
  PUBLISH_CREDENTIAL_INVALID: { kind: 'user', message: () => 'That is no token.', next: () => 'Paste it whole.' },
}); // biome-ignore format: what the other side throws

const hostile = '"><script>document.title="hit"</script>';

/** The other side of the page, as its contract says: describing uses nothing up, redeeming does once. */
async function connectDoor(init: object = {}) {
  const redeemed: Record<string, string>[] = [];
  let isUsed = false;
  const requireValid = (token: string) => {
    if (token !== 'good' || isUsed) throw errors.PUBLISH_LINK_INVALID();
  };
  const connections: Connections = {
    async describe(token) {
      requireValid(token);
      return {
        guildId: '1',
        target: hostile,
        publisher: 'github',
        fields: [
          { name: 'token', help: hostile, required: true },
          { name: 'privateKey', help: 'PEM', required: false },
        ],
        expiresAtMs: 1,
      };
    },
    async redeem(token, values) {
      requireValid(token);
      if (values.token === 'bad') throw errors.PUBLISH_CREDENTIAL_INVALID();
      isUsed = true;
      redeemed.push({ ...values });
    },
    tryOut: () => Promise.reject(new Error('this one is no stand-in')),
    authorise: () => Promise.reject(new Error('this one has keys')),
    authorised: () => Promise.reject(new Error('nobody was sent away')),
  };
  const door = await openDoor(init, { connections });
  const post = (path: string, body: string, headers: Record<string, string> = {}) =>
    ask(door.port, path, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    });
  return { ...door, redeemed, post };
}

test('looking uses nothing up; sending does, once', async () => {
  const { port, post, redeemed, web } = await connectDoor();
  expect(web.urlOf('good')).toBe(`http://127.0.0.1:${port}/connect/good`);
  for (let looks = 0; looks < 3; looks++) expect((await ask(port, '/connect/good')).status).toBe(200);
  const sent = await post('/connect/good', 'token=abc&privateKey=a%0D%0Ab%0D%0A&empty=');
  expect([sent.status, redeemed]).toEqual([200, [{ token: 'abc', privateKey: 'a\nb' }]]);
  expect((await post('/connect/good', 'token=abc')).status).toBe(404);
  expect((await ask(port, '/connect/good')).status).toBe(404);
  expect((await ask(port, '/connect/other')).text).toContain('This link is no longer valid.');
});

test('a value that can’t be kept is named in the form, which is empty and usable', async () => {
  const { post, redeemed } = await connectDoor();
  const refused = await post('/connect/good', 'token=bad');
  expect(refused.status).toBe(400);
  expect(refused.text).toContain('That is no token.');
  expect(refused.text).not.toContain('>bad<');
  await post('/connect/good', 'token=better');
  expect(redeemed).toHaveLength(1);
});

test('nothing of it is cached, framed, scripted or told to others', async () => {
  const { port } = await connectDoor();
  const { headers, text } = await ask(port, '/connect/good');
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
  });
  expect(headers['content-security-policy']).toMatch(
    /^default-src 'none'; style-src 'sha256-[^']+'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'$/,
  );
  expect(text).not.toContain('<script');
});

test('a form of another site is refused, and so is what is no such form', async () => {
  const { post, redeemed } = await connectDoor({ publicUrl: 'https://hub.example.org' });
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign) expect((await post('/connect/good', 'token=a', headers)).status).toBe(403);
  const many = Array.from({ length: formFieldsMax + 1 }, (_, index) => `f${index}=1`).join('&');
  expect((await post('/connect/good', many)).status).toBe(415);
  expect((await post('/connect/good', `token=${'x'.repeat(70_000)}`)).status).toBe(413);
  expect(redeemed).toEqual([]);
  expect((await post('/connect/good', 'token=a', { origin: 'https://hub.example.org' })).status).toBe(200);
});

test('tokens can’t be tried without end', async () => {
  const { port } = await connectDoor();
  const answers = await Promise.all(Array.from({ length: 40 }, (_, index) => ask(port, `/connect/${index}`)));
  expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
});

test.skipIf(!chromiumPath())(
  `a person fills it in, in a browser${chromiumPath() ? '' : `: skipped, ${noChromium}`}`,
  async () => {
    const { web, redeemed } = await connectDoor();
    const browser = await launchChromium();
    try {
      const page = await browser.newPage();
      const reports: string[] = [];
      page.on('console', (line) => reports.push(line.text()));
      await page.goto(web.urlOf('good'));
      expect(await page.title()).toBe(`Connect ${hostile}`);
      await page.fill('textarea[name=token]', 'bad');
      await page.click('button');
      expect(await page.textContent('.problem')).toContain('That is no token.');
      await page.fill('textarea[name=token]', 'secret-1');
      await page.fill('textarea[name=privateKey]', '-----BEGIN\nkey\n-----END');
      const { SCREENSHOT_DIR } = process.env;
      if (SCREENSHOT_DIR) await page.screenshot({ path: `${SCREENSHOT_DIR}/connect.png` });
      await page.click('button');
      expect(await page.textContent('h1')).toBe('Connected');
      expect(redeemed).toEqual([{ token: 'secret-1', privateKey: '-----BEGIN\nkey\n-----END' }]);
      expect(reports.filter((line) => !line.includes('400') && !line.includes('favicon'))).toEqual([]);
    } finally {
      await browser.close();
    }
  },
);
