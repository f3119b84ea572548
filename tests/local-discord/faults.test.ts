import { Events, type TextChannel } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { useHarness } from './support/harness.ts';
import { ids, smallWorldToken } from './support/small-world.ts';

const harness = useHarness();
const channel = () => harness.client.channels.cache.get(ids.text) as TextChannel;
const sentTexts = () => harness.playground.world.messages(ids.text).map(({ content }) => content);

describe('rate limits', () => {
  test('every answer tells its bucket, and the sixth message in 5 s gets 429', async () => {
    const post = () => harness.call('POST', `/channels/${ids.voice}/messages`, { body: { content: 'x' } });
    const answers = [];
    for (let count = 0; count < 6; count += 1) answers.push(await post());
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 429]);
    expect(answers[0]?.headers.get('x-ratelimit-remaining')).toBe('4');
    const last = answers[5];
    expect(last?.body).toMatchObject({ global: false, retry_after: expect.any(Number) });
    expect([last?.headers.get('x-ratelimit-scope'), Number(last?.headers.get('retry-after'))]).toEqual([
      'user',
      expect.any(Number),
    ]);
    expect(
      (await harness.call('POST', `/channels/${ids.small}/messages`, { body: { content: 'x' } })).status,
    ).toBe(200);
  });

  test('more than 50 requests in a second meet the global limit', async () => {
    const ask = () =>
      fetch(`${harness.playground.apiUrl}/v10/users/@me`, {
        headers: { authorization: `Bot ${smallWorldToken}` },
      });
    const answers = await Promise.all(Array.from({ length: 120 }, ask));
    const limited = answers.find(
      ({ status, headers }) => status === 429 && headers.get('x-ratelimit-scope') === 'global',
    );
    expect(limited?.headers.get('x-ratelimit-global')).toBe('true');
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  });

  test('the library waits its turn, and all six messages arrive once', async () => {
    const texts = Array.from({ length: 6 }, (_, at) => `message ${at}`);
    await Promise.all(texts.map((text) => channel().send(text)));
    expect(sentTexts().filter((text) => text.startsWith('message'))).toEqual(texts);
  });
});

describe('a route', () => {
  test('fails as often as it was told: 429, then 500, then one message', async () => {
    const path = new RegExp(`^/channels/${ids.text}/messages$`);
    harness.playground.faults.failRoute({ method: 'POST', path, status: 429, retryAfterS: 0.1 });
    harness.playground.faults.failRoute({ method: 'POST', path, status: 500 });
    await channel().send('in the end');
    expect(sentTexts().filter((text) => text === 'in the end')).toHaveLength(1);
  });

  test('gives any status and body, for its method only', async () => {
    const body = { message: 'Maintenance', code: 1 };
    harness.playground.faults.failRoute({ method: 'GET', path: /^\/users\/@me$/, status: 403, body });
    expect(await harness.call('GET', '/users/@me')).toMatchObject({ status: 403, body });
    expect((await harness.call('GET', '/users/@me')).status).toBe(200);
  });

  test('that performed takes effect though its answer is lost', async () => {
    harness.playground.faults.failRoute({ path: /\/messages$/, status: 502, performed: true });
    const lost = await harness.call('POST', `/channels/${ids.news}/messages`, {
      body: { content: 'did it arrive?' },
    });
    expect(lost.status).toBe(502);
    expect(harness.playground.world.messages(ids.news).map(({ content }) => content)).toEqual([
      'did it arrive?',
    ]);
  });

  test('is slow when told so', async () => {
    harness.playground.faults.slowRoute({ path: /^\/gateway$/, delayMs: 150 });
    const startedAtMs = performance.now();
    await harness.call('GET', '/gateway');
    expect(performance.now() - startedAtMs).toBeGreaterThan(140);
  });
});

test('the page is notified of what happens', async () => {
  const types = new Set<string>();
  const unsubscribe = harness.playground.subscribe(({ type }) => types.add(type));
  await harness.client.guilds.cache.get(ids.guild)!.commands.set([{ name: 'help', description: 'x' }]);
  harness.client.on(Events.InteractionCreate, (interaction) => {
    if (interaction.isChatInputCommand()) void interaction.reply('here');
  });
  const answer = await harness.member().run('/help');
  (await harness.member().listen(ids.voice)).leave();
  harness.playground.faults.setMemberRoles(ids.guild, ids.member, []);
  await harness.call('DELETE', `/channels/${ids.text}/messages/${answer.message?.id}`);
  const other = await harness.login();
  await other.destroy();
  unsubscribe();
  const expected = [
    'commands',
    'guild',
    'interaction',
    'message',
    'message-delete',
    'presence',
    'voice-state',
  ];
  expect([...types].sort()).toEqual(expected);
});
