import { expect, test } from 'vitest';
import { findMentions } from '#core/text/mentions.ts';

test.each([
  ['@everyone and @here', ['everyone', 'here']],
  ['<@123456789012345678> <@!12> <@&34> <#56>', ['user', 'user', 'role', 'channel']],
  ['hello @jane, @jane@social.example!', ['handle', 'handle']],
  ['mail jane@example.org, see https://example.org/@jane', []],
  ['@everyoneelse', ['handle']],
  ['a @ b', []],
])('%j → %j', (text, kinds) => {
  expect(findMentions(text).map((mention) => mention.kind)).toEqual(kinds);
});

test('says where and what', () => {
  expect(findMentions('hi @jane@social.example.')).toEqual([
    { kind: 'handle', text: '@jane@social.example', index: 3 },
  ]);
});
