import { expect, test } from 'vitest';
import { block, dollars, link } from '#commands/layout.ts';
import { edited, editForm } from '#commands/publish/draft.ts';
import { listOf, settingsOf } from '#commands/words.ts';
import { formWindow } from '#discord/interactions/form-window.ts';

test('lists with commas', () => {
  expect(listOf(' a, b ,,c ')).toEqual(['a', 'b', 'c']);
  expect(listOf(undefined)).toEqual([]);
});

test('options of a target: pairs, quotes, lists, ids that stay whole, or JSON', () => {
  expect(
    settingsOf('owner=acme draft=true parts=5 channelId=500000000000000001 title="Two words" tags=[a,b]'),
  ).toEqual({
    owner: 'acme',
    draft: true,
    parts: 5,
    channelId: '500000000000000001',
    title: 'Two words',
    tags: ['a', 'b'],
  });
  expect(settingsOf('{"prices":{"post":1}}')).toEqual({ prices: { post: 1 } });
  for (const text of ['nonsense', '{"a":'])
    expect(() => settingsOf(text)).toThrow(expect.objectContaining({ code: 'DISCORD_OPTIONS_UNREADABLE' }));
});

test('a draft comes back from its form as it went in, and a text too long for a form stays', () => {
  const draft = {
    content: { title: 'T', body: 'B', link: 'https://example.org/a', tags: ['x', 'y'], media: [] },
    targets: ['news', 'site'],
    at: { local: '2026-12-24T18:00', zone: 'UTC' },
  };
  const answered = (given: typeof draft) =>
    edited(
      given,
      Object.fromEntries(
        editForm('id', given).fields.map((field) => [
          field.name,
          'value' in field ? String(field.value ?? '') : '',
        ]),
      ),
      given.at,
    );
  expect(answered(draft)).toEqual(draft);
  const commas = { ...draft, content: { ...draft.content, link: 'https://example.org/a,123.html' } };
  expect(answered(commas)).toEqual(commas);
  const long = { ...draft, content: { ...draft.content, body: 'x'.repeat(50_000) } };
  expect(answered(long)).toEqual(long);
  for (const one of [draft, long]) expect(() => formWindow(editForm('id', one), 'id')).not.toThrow();
});

test('what is sent is shown as it is, and can’t leave its block', () => {
  expect(block('a\nb', 100)).toBe('```\na\nb\n```');
  expect(block('x```\n@everyone\u202e', 100).match(/```/g)).toHaveLength(2);
  expect(block('x'.repeat(500), 50).length).toBeLessThanOrEqual(50 + 8);
});

test('links lead only to web addresses, and nothing in them ends them early', () => {
  expect(link('Open', 'https://example.org/a)b>c')).toBe('[Open](<https://example.org/a%29b%3Ec>)');
  expect(link('Open', 'javascript:alert(1)')).toBeUndefined();
  expect(link('Open', 'nonsense')).toBeUndefined();
  expect(link('Open', `https://example.org/${'x'.repeat(500)}`)).toBeUndefined();
});

test('prices to the millionth', () => {
  expect([dollars(15_000), dollars(200_000), dollars(1), dollars(0)]).toEqual([
    '$0.015',
    '$0.20',
    '$0.000001',
    '$0.00',
  ]);
});
