import type { APIComponentInLabel } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import { checkModal } from '../../packages/local-discord/src/people/modal-rules.ts';

const check = (...components: APIComponentInLabel[]) =>
  checkModal({
    custom_id: 'form',
    title: 'Form',
    components: components.map((component) => ({ type: 18, label: 'Label', component })),
  });
const options = ['a', 'b', 'c'].map((value) => ({ value, label: value, default: true }));
const plain = options.map(({ value, label }) => ({ value, label }));

test.each<[string, APIComponentInLabel[]]>([
  ['no field', []],
  ['six fields', Array.from({ length: 6 }, (_, index) => ({ type: 23, custom_id: `${index}` }))],
  ['a custom id twice', Array.from({ length: 2 }, () => ({ type: 23, custom_id: 'x' }))],
  ['two radio buttons chosen', [{ type: 21, custom_id: 'x', options }]],
  ['an option twice', [{ type: 22, custom_id: 'x', options: [...plain, ...plain] }]],
  ['a least above the most', [{ type: 3, custom_id: 'x', options: plain, min_values: 3, max_values: 2 }]],
  ['a least above the default most', [{ type: 3, custom_id: 'x', options: plain, min_values: 2 }]],
  ['none of a required field', [{ type: 22, custom_id: 'x', options: plain, min_values: 0 }]],
  ['more defaults than the most', [{ type: 3, custom_id: 'x', options, max_values: 2 }]],
  [
    'more default channels than the most',
    [{ type: 8, custom_id: 'x', default_values: ['1', '2'].map((id) => ({ id, type: 'channel' as never })) }],
  ],
  ['a text longer than it may be', [{ type: 4, custom_id: 'x', style: 1, value: 'long', max_length: 3 }]],
  ['a text’s least above its most', [{ type: 4, custom_id: 'x', style: 1, min_length: 5, max_length: 3 }]],
])('a form with %s is refused', (_case, components) => {
  expect(() => check(...components)).toThrow(expect.objectContaining({ code: 50035 }));
});

test('a form within the rules is taken', () => {
  check(
    { type: 22, custom_id: 'several', options, min_values: 0, required: false },
    { type: 3, custom_id: 'one', options: plain },
    { type: 4, custom_id: 'text', style: 1, value: 'abc', max_length: 3 },
  );
});
