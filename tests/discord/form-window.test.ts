import { ComponentType } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import type { FormField } from '#contracts/command.ts';
import { formWindow } from '#discord/interactions/form-window.ts';

const window = (field: FormField) => {
  const [row] = formWindow({ name: 'f', title: 'Form', fields: [field] }, 'id').components;
  return row?.type === ComponentType.Label ? row.component : undefined;
};
const options = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ value: `v${index}`, label: `Option ${index}` }));
const base = { name: 'a', label: 'A', required: true } as const;

test('one of a few options is asked by radio buttons, one of one or of many by a select', () => {
  for (const count of [2, 10])
    expect(window({ ...base, style: 'choice', options: options(count) })?.type).toBe(
      ComponentType.RadioGroup,
    );
  for (const count of [1, 11, 25])
    expect(window({ ...base, style: 'choice', options: options(count) })).toMatchObject({
      type: ComponentType.StringSelect,
      min_values: 1,
      max_values: 1,
    });
});

test('some of a few options are asked by boxes, some of many by a select; all may be chosen', () => {
  expect(window({ ...base, style: 'several', options: options(10) })).toMatchObject({
    type: ComponentType.CheckboxGroup,
    ...{ min_values: 1, max_values: 10 },
  });
  expect(window({ ...base, style: 'several', options: options(11), required: false })).toMatchObject({
    type: ComponentType.StringSelect,
    ...{ min_values: 0, max_values: 11 },
  });
});

test('what was chosen before is chosen again', () => {
  expect(window({ ...base, style: 'choice', options: options(2), value: 'v1' })).toMatchObject({
    options: [{ value: 'v0' }, { value: 'v1', default: true }],
  });
  expect(window({ ...base, style: 'several', options: options(3), values: ['v0', 'v2'] })).toMatchObject({
    options: [{ default: true }, { value: 'v1' }, { default: true }],
  });
  expect(window({ name: 'a', label: 'A', style: 'flag', value: true })).toMatchObject({ default: true });
  expect(window({ ...base, style: 'channel', values: ['1'] })).toMatchObject({
    default_values: [{ id: '1', type: 'channel' }],
  });
  expect(window({ ...base, style: 'role', values: ['1'] })).toMatchObject({
    default_values: [{ id: '1', type: 'role' }],
  });
  expect(window({ ...base, style: 'person', values: ['1'] })).toMatchObject({
    default_values: [{ id: '1', type: 'user' }],
  });
});

test('a field that may stay open says so in every way the platform asks', () => {
  for (const style of ['channel', 'role', 'person', 'file'] as const)
    expect(window({ ...base, style, required: false })).toMatchObject({
      required: false,
      ...{ min_values: 0, max_values: 1 },
    });
});

test('what the platform would refuse is a defect of the command that asks', () => {
  const refused: FormField[] = [
    { ...base, style: 'choice', options: [] },
    { ...base, style: 'several', options: options(26) },
    { ...base, style: 'choice', options: [{ value: 'v', label: 'x'.repeat(101) }] },
    { ...base, style: 'choice', options: [{ value: 'v', label: 'A', help: 'x'.repeat(101) }] },
    { ...base, style: 'channel', most: 26 },
    { ...base, style: 'file', most: 11 },
    { ...base, style: 'person', most: 0 },
    { ...base, style: 'role', values: ['1', '2'] },
  ];
  for (const field of refused) expect(() => window(field)).toThrow(RangeError);
});
