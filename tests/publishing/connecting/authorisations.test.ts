import { expect, onTestFinished, test, vi } from 'vitest';
import { publicationShow, publishCreate } from '#contracts/actions/publish.ts';
import { publishConnect, targetAdd, targetList, targetRemove } from '#contracts/actions/targets.ts';
import type { GuildmeshError } from '#core/errors.ts';
import { x } from '#plugins/x/index.ts';
import { authorisationLifetimeMs, exchangeTimeoutMs } from '#publishing/connecting/authorisations.ts';
import { FakeX } from '../../plugins/x/fake-x.ts';
import { type BenchInit, guildId, publishingBench } from '../support/publishing-bench.ts';

const app = { clientId: 'client-id-of-the-app' };

/** The real publisher and its library, against an X that judges what it gets. */
async function xBench(init: Partial<BenchInit> = {}) {
  const platform = await FakeX.open();
  onTestFinished(() => platform.close());
  platform.authorisation.callbackUrl = 'https://hub.example/connect/authorised';
  const { url } = platform.server;
  const bench = await publishingBench({
    publishers: [x],
    plugins: { x: { apiUrl: url, webUrl: url } },
    ...init,
  });
  const { connections } = bench.publishing;
  await bench.act(targetAdd, {
    guildId,
    name: 'short',
    publisher: 'x',
    options: { auth: 'oauth2' },
    policy: 'none',
  });

  async function link(): Promise<string> {
    const { link: made } = await bench.act(publishConnect, { guildId, target: 'short' });
    return made?.url.split('#')[1] ?? '';
  }
  /** To the page and, having pressed a button there, what comes back. */
  async function leave(token: string, button: 'allow' | 'deny' = 'allow', values = app) {
    const { url: page, browserKey } = await connections.authorise(token, values);
    const text = await (await fetch(page)).text();
    const href = new RegExp(`id="${button}" href="([^"]+)"`).exec(text)?.[1] ?? '';
    const back = new URL(href.replaceAll('&amp;', '&')).searchParams;
    return {
      state: back.get('state') ?? '',
      code: back.get('code') ?? undefined,
      error: back.get('error') ?? undefined,
      browserKey: browserKey as string | undefined,
    };
  }
  const refusal = (work: Promise<unknown>) =>
    work.then(
      () => undefined,
      (error: GuildmeshError) => error,
    );
  const posted = (count: number) =>
    vi.waitFor(async () => {
      await bench.clock.advance(0);
      expect(platform.posts).toHaveLength(count);
    }, 10_000);
  return { ...bench, platform, connections, link, leave, refusal, posted };
}

test('a grant on X’s page ends as a pair that posts, and the next renewal starts from it', async () => {
  const { platform, connections, link, leave, act, clock, scrubber, log, posted } = await xBench();
  const token = await link();
  expect(await connections.describe(token)).toMatchObject({
    fields: [{ name: 'clientId' }, { name: 'clientSecret' }, { name: 'refreshToken', required: true }],
    authorise: {
      fields: [
        { name: 'clientId', required: true },
        { name: 'clientSecret', required: false },
      ],
      origin: platform.server.url,
      redirectUrl: 'https://hub.example/connect/authorised',
    },
  });
  await connections.authorised(await leave(token));
  expect(platform.authorisation).toMatchObject({ exchangeCount: 1, violations: [] });

  // The hub asks the target as soon as it is connected.
  await vi.waitFor(async () => {
    await clock.advance(1);
    const { targets } = await act(targetList, { guildId });
    expect(targets.find(({ name }) => name === 'short')?.lamp.checkedAtMs).toBeDefined();
  }, 10_000);
  const before = platform.refreshCount;
  const { id } = await act(publishCreate, { guildId, content: { title: 'T' }, targets: ['short'] });
  await posted(1);
  // The pair of the grant was used as it came.
  expect(platform.refreshCount).toBe(before);
  await clock.advance(3 * 3_600_000);
  await act(publishCreate, { guildId, content: { title: 'Later' }, targets: ['short'] });
  await posted(2);
  expect(platform.refreshCount).toBe(before + 1);
  expect(await act(publicationShow, { guildId, publicationId: id })).toMatchObject({
    deliveries: [{ state: 'done' }],
  });
  expect(platform.violations()).toEqual([]);
  expect(scrubber.scrub('refresh-1-canary access-2-canary')).toBe('[secret] [secret]');
  expect(log.join('')).not.toMatch(/(code|access|refresh)-\d-canary/);
  await expect(connections.describe(token)).rejects.toMatchObject({ code: 'PUBLISH_LINK_INVALID' });
});

test('a confidential client proves itself by its header alone', async () => {
  const { platform, connections, link, leave } = await xBench();
  platform.authorisation.clientSecret = 'client-secret-of-the-app';
  const values = { ...app, clientSecret: 'client-secret-of-the-app' };
  await connections.authorised(await leave(await link(), 'allow', values));
  expect(platform.authorisation.violations).toEqual([]);
});

test('a state works once, for the person who began it, in the browser that began it', async () => {
  const { platform, connections, link, leave, refusal } = await xBench();
  const token = await link();
  const back = await leave(token);
  const others = [
    { ...back, state: 'made-up' },
    { ...back, state: '' },
    { ...back, browserKey: undefined },
    { ...back, browserKey: 'of-another-browser' },
  ];
  for (const other of others)
    expect(await refusal(connections.authorised(other))).toMatchObject({
      code: 'PUBLISH_AUTHORISE_UNKNOWN',
      next: expect.stringContaining('/publish connect'),
    });
  expect(platform.authorisation.exchangeCount).toBe(0);
  // Nobody else's try has cost the right one anything.
  const first = await Promise.allSettled([connections.authorised(back), connections.authorised(back)]);
  expect(first.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(await refusal(connections.authorised(back))).toMatchObject({ code: 'PUBLISH_AUTHORISE_UNKNOWN' });
  expect(platform.authorisation.exchangeCount).toBe(1);
});

test('who comes back to a guild that is served no longer gives nothing, and no code is exchanged', async () => {
  const { platform, connections, link, leave, refusal, standings } = await xBench();
  const back = await leave(await link());
  standings.set(guildId, 'foreign');
  expect(await refusal(connections.authorised(back))).toMatchObject({ code: 'PUBLISH_LINK_INVALID' });
  expect(platform.authorisation.exchangeCount).toBe(0);
});

test('who comes back late, after a newer start, or to a target that is gone, gives nothing', async () => {
  const { platform, connections, link, leave, refusal, clock, act } = await xBench();
  const late = await leave(await link());
  await clock.advance(authorisationLifetimeMs + 1);
  expect(await refusal(connections.authorised(late))).toMatchObject({ code: 'PUBLISH_AUTHORISE_EXPIRED' });

  const token = await link();
  const older = await leave(token);
  const newer = await leave(token);
  expect(await refusal(connections.authorised(older))).toMatchObject({ code: 'PUBLISH_AUTHORISE_UNKNOWN' });
  await act(targetRemove, { guildId, target: 'short' });
  expect(await refusal(connections.authorised(newer))).toMatchObject({ code: 'PUBLISH_AUTHORISE_UNKNOWN' });
  expect(platform.authorisation.exchangeCount).toBe(0);
});

test('a refusal on the page is shown as one, and the link still works', async () => {
  const { connections, link, leave, refusal, platform } = await xBench();
  const token = await link();
  const denied = await refusal(connections.authorised(await leave(token, 'deny')));
  expect(denied).toMatchObject({
    code: 'PUBLISH_AUTHORISE_DENIED',
    message: expect.stringContaining('short'),
  });
  await connections.authorised(await leave(token));
  expect(platform.authorisation.exchangeCount).toBe(1);
});

test('a refused exchange says why and what to check; nothing is stored', async () => {
  const { connections, link, leave, refusal, platform } = await xBench();
  const token = await link();
  const back = await leave(token);
  const refused = await refusal(connections.authorised({ ...back, code: 'another-code' }));
  expect(refused).toMatchObject({ code: 'PUBLISH_AUTHORISE_REFUSED' });
  expect(refused?.message).toContain('invalid_grant');
  expect(refused?.next).toContain('https://hub.example/connect/authorised');
  const nothing = await refusal(connections.authorised({ ...(await leave(token)), code: undefined }));
  expect(nothing?.message).toContain('sent no code');
  platform.authorisation.scope = 'tweet.read users.read offline.access';
  const less = await refusal(connections.authorised(await leave(token)));
  expect(less?.message).toContain('it left out tweet.write, media.write');
  expect((await connections.describe(token)).authorise).toBeDefined();
});

test('an exchange that gets no answer ends with that, and nothing is stored', async () => {
  const { connections, link, leave, refusal, platform, clock } = await xBench();
  const token = await link();
  const back = await leave(token);
  platform.server.expectFaults({ 0: { kind: 'silent' } });
  const asked = platform.server.requests.length;
  const late = refusal(connections.authorised(back));
  await vi.waitFor(() => expect(platform.server.requests.length).toBeGreaterThan(asked), 10_000);
  await clock.advance(exchangeTimeoutMs);
  expect(await late).toMatchObject({
    code: 'PUBLISH_AUTHORISE_REFUSED',
    message: expect.stringContaining('no answer in time'),
  });
  expect((await connections.describe(token)).authorise).toBeDefined();
});

test('without the app’s id nobody is sent anywhere, nor where the operator’s variable would win', async () => {
  const { connections, link, refusal } = await xBench();
  expect(await refusal(connections.authorise(await link(), { clientSecret: 'x' }))).toMatchObject({
    code: 'PUBLISH_CREDENTIAL_INVALID',
    message: expect.stringContaining('clientId is missing'),
  });
  const shadowed = await xBench({
    environment: { GUILDMESH_SECRET_SHORT_REFRESH_TOKEN: 'given-by-operator' },
  });
  expect(await refusal(shadowed.connections.authorise(await shadowed.link(), app))).toMatchObject({
    code: 'PUBLISH_AUTHORISE_SHADOWED',
    message: expect.stringContaining('GUILDMESH_SECRET_SHORT_REFRESH_TOKEN'),
  });
});

test('where the page can’t be reached, connecting says which option changes that', async () => {
  const none = await xBench({ components: { connectPage: undefined } });
  const answer = await none.act(publishConnect, { guildId, target: 'short' });
  expect(answer.link).toBeUndefined();
  expect(answer).toMatchObject({
    grantedOn: 'X',
    hint: { code: 'PUBLISH_CONNECT_NO_PAGE', next: expect.stringContaining('web.listen') },
  });
  const connectPage = { urlOf: () => 'http://127.0.0.1:1/', redirectUrl: () => '', isLocal: () => true };
  const local = await xBench({ components: { connectPage } });
  expect(await local.act(publishConnect, { guildId, target: 'short' })).toMatchObject({
    hint: { code: 'PUBLISH_CONNECT_LOCAL_PAGE', next: expect.stringContaining('web.publicUrl') },
  });
});
