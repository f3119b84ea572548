import { expect, onTestFinished, test } from 'vitest';
import { publishConnect, targetAdd, targetList } from '#contracts/actions/targets.ts';
import type { Connections } from '#contracts/connections.ts';
import { x } from '#plugins/x/index.ts';
import { FakeX } from '../plugins/x/fake-x.ts';
import { guildId, publishingBench } from '../publishing/support/publishing-bench.ts';
import { chromiumPath, launchChromium, noChromium } from '../support/chromium.ts';
import { ask, openDoor } from './support.ts';

/** The door, the service and the publisher are real; X is a page and an endpoint on this machine. */
async function connectX() {
  const platform = await FakeX.open();
  onTestFinished(() => platform.close());
  const { url } = platform.server;
  // The door needs the service, and the service the door's address.
  const connections: Connections = {
    describe: (token) => bench.publishing.connections.describe(token),
    redeem: (token, values) => bench.publishing.connections.redeem(token, values),
    tryOut: (token) => bench.publishing.connections.tryOut(token),
    authorise: (token, values) => bench.publishing.connections.authorise(token, values),
    authorised: (back) => bench.publishing.connections.authorised(back),
  };
  const door = await openDoor({}, { connections });
  const bench = await publishingBench({
    publishers: [x],
    plugins: { x: { apiUrl: url, webUrl: url } },
    components: { connectPage: door.web },
  });
  platform.authorisation.callbackUrl = door.web.redirectUrl();
  await bench.act(targetAdd, { guildId, name: 'short', publisher: 'x', options: { auth: 'oauth2' } });
  const link = async () => (await bench.act(publishConnect, { guildId, target: 'short' })).link?.url ?? '';
  return { ...door, bench, platform, link };
}

test('the form’s answer leads to the platform; its cookie comes back from nowhere else', async () => {
  const { port, link, platform, web } = await connectX();
  const path = new URL(await link()).pathname;
  const { headers } = await ask(port, path);
  expect(headers['content-security-policy']).toContain(`form-action 'self' ${platform.server.url};`);
  const left = await ask(port, path, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'content-length': '42' },
    body: '%23leave=yes&clientId=client-id-of-the-app',
  });
  expect(left.status).toBe(303);
  const location = new URL(left.headers.location ?? '');
  expect(`${location.origin}${location.pathname}`).toBe(`${platform.server.url}/i/oauth2/authorize`);
  const [cookie = ''] = left.headers['set-cookie'] ?? [];
  expect(cookie).toMatch(
    /^guildmesh-connect=[\w-]{43}; Path=\/connect\/authorised; Max-Age=600; HttpOnly; SameSite=Lax$/,
  );
  const state = location.searchParams.get('state');
  const stranger = await ask(port, `/connect/authorised?state=${state}&code=stolen`);
  expect([stranger.status, stranger.text]).toEqual([
    400,
    expect.stringContaining('begun in another browser'),
  ]);
  expect(platform.authorisation.exchangeCount).toBe(0);
  expect(web.redirectUrl()).toBe(`http://127.0.0.1:${port}/connect/authorised`);
});

test('behind a proxy that speaks https the cookie is for https alone', async () => {
  const { port, web } = await openDoor({ publicUrl: 'https://hub.example.org/mesh' });
  expect(web.redirectUrl()).toBe('https://hub.example.org/mesh/connect/authorised');
  const { headers } = await ask(port, '/connect/authorised?state=a');
  expect(headers['set-cookie']).toEqual([
    expect.stringMatching(/Path=\/mesh\/connect\/authorised;.*; Secure$/),
  ]);
});

test.skipIf(!chromiumPath())(
  `a person grants access on the platform’s page, in a browser${chromiumPath() ? '' : `: skipped, ${noChromium}`}`,
  async () => {
    const { bench, link, platform } = await connectX();
    const browser = await launchChromium();
    try {
      const context = await browser.newContext();
      const page = await context.newPage();
      const { SCREENSHOT_DIR } = process.env;
      const shoot = async (name: string) =>
        SCREENSHOT_DIR && page.screenshot({ path: `${SCREENSHOT_DIR}/${name}.png`, fullPage: true });
      const address = await link();

      await page.goto(address);
      await shoot('authorise');
      await page.fill('form:first-of-type textarea[name=clientId]', 'client-id-of-the-app');
      await page.click('text=Continue to X');
      expect(await page.textContent('h1')).toBe('Fake X');
      await page.click('#deny');
      expect(await page.textContent('.problem')).toContain('was not granted');
      await shoot('authorise-denied');
      expect(await context.cookies()).toEqual([]);

      // The client id is kept: what is asked for is only that somebody agrees.
      await page.goto(address);
      await page.click('text=Continue to X');
      await page.click('#allow');
      expect(await page.textContent('h1')).toBe('Connected');
      const returned = page.url();
      await page.goto(returned);
      expect(await page.textContent('.problem')).toContain('used already');

      expect(platform.authorisation).toMatchObject({ exchangeCount: 1, violations: [] });
      const { targets } = await bench.act(targetList, { guildId });
      expect(targets[0]?.credentials.filter(({ present }) => present).map(({ name }) => name)).toEqual([
        'clientId',
        'refreshToken',
      ]);
    } finally {
      await browser.close();
    }
  },
);
