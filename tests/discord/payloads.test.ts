import { MessageFlags } from 'discord-api-types/v10';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seen } from './support/answers.ts';
import { walk } from './support/components.ts';
import { Door } from './support/door.ts';
import { typedForms } from './support/forms.ts';
import type { SentRequest } from './support/recording-proxy.ts';
import { channels } from './support/seed.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());

const hostile =
  '@everyone <@100000000000000001> ||x|| ```\n# big [a](https://discord.gg/x) \u202egnp.exe\u200b';

/** Requests that make or change a message; `body.data` for the first response to an interaction. */
function messagesIn(
  requests: readonly SentRequest[],
): { sent: SentRequest; body: Record<string, unknown> }[] {
  return requests
    .filter(({ method, body }) => (method === 'POST' || method === 'PATCH') && body)
    .map((sent) => ({ sent, body: sent.path.endsWith('/callback') ? (sent.body.data ?? {}) : sent.body }))
    .filter(({ body }) => 'content' in body || 'components' in body || 'embeds' in body);
}

test('nothing that is said can mention anybody, and peers’ text is disarmed', async () => {
  const { answers } = door.services;
  const original = { ...answers };
  for (const [name, answer] of Object.entries(original)) {
    answers[name] = (input, signal) => poison(answer(input, signal));
  }
  for (const typed of Object.values(typedForms)) {
    door.clock.skip(60_000);
    await seen(await door.as('owner').run(typed));
    await seen(await door.as('member').run(typed));
  }
  await door.discord.announcer.announce(channels.general, hostile);
  const said = messagesIn(door.proxy.requests);
  expect(said.length).toBeGreaterThan(2 * Object.keys(typedForms).length);
  for (const { sent, body } of said) {
    expect(body.allowed_mentions, `${sent.method} ${sent.path}`).toEqual({ parse: [] });
  }
  const texts = said
    .filter(({ sent }) => !sent.path.includes('/channels/'))
    .flatMap(({ body }) => walk(body.components as object[]))
    .flatMap((component) => ('content' in component ? [String(component.content)] : []));
  expect(texts.join('\n')).toContain('everyone');
  // Inside `code` and its blocks Discord reads neither markdown nor mentions; no text closes its own block.
  const active = texts.map((text) => text.replace(/```[^`]*```|`[^`\n]*`/g, ''));
  expect(
    active.filter((text) => /\u202e|\u200b|(?<!\\)(@everyone|<@1|\|\||```|\[big|# big)/.test(text)),
  ).toEqual([]);
  Object.assign(answers, original);
});

test('deferrals carry the ephemeral flag or nothing; answers are Components V2 without content', async () => {
  const deferrals = door.proxy.requests.filter(
    ({ path, body }) => path.endsWith('/callback') && body?.type === 5,
  );
  expect(deferrals.length).toBeGreaterThan(10);
  for (const { body } of deferrals) expect([{}, { flags: MessageFlags.Ephemeral }]).toContainEqual(body.data);
  const edits = door.proxy.requests.filter(({ method }) => method === 'PATCH');
  expect(edits.length).toBeGreaterThan(10);
  for (const { body } of edits) {
    expect(body.flags).toBe(MessageFlags.IsComponentsV2);
    expect(body).not.toHaveProperty('content');
  }
});

/** Replaces every name, title and problem that could come from elsewhere. */
function poison(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(poison);
  if (typeof value !== 'object' || value === null) return value;
  const foreign = [
    'name',
    'title',
    'community',
    'communityName',
    'problem',
    'channelName',
    'guildName',
    'source',
  ];
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, foreign.includes(key) ? hostile : poison(inner)]),
  );
}
