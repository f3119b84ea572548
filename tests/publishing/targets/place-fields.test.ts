import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { changeWindow, newWindow, pagesOf, windowFieldsMax } from '#commands/publish/place-window.ts';
import type { PlaceView } from '#contracts/actions/places.ts';
import { fieldWords, wordsAt } from '#contracts/field-words.ts';
import { formWindow } from '#discord/interactions/form-window.ts';
import { plugins } from '#plugins/index.ts';
import { checkedPlace } from '#publishing/targets/open-options.ts';
import { fieldsOf } from '#publishing/targets/place-fields.ts';
import { kindIdOf, kindsOf, shapeOf } from '#publishing/targets/place-kinds.ts';

const all = plugins.flatMap((publisher) =>
  kindsOf(publisher).map((kind) => ({ id: kindIdOf(publisher, kind), publisher, kind })),
);

test('kinds of all publishers fit into one select, each with words of its own', () => {
  expect(all.length).toBeLessThanOrEqual(25);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
  expect(new Set(all.map(({ kind }) => kind.title)).size).toBe(all.length);
  for (const { kind } of all) {
    expect(kind.title.length, kind.title).toBeLessThanOrEqual(60);
    expect(kind.help.length, kind.help).toBeLessThanOrEqual(100);
  }
});

describe.each(all)('$id', ({ id, publisher, kind }) => {
  const fields = fieldsOf(publisher, kind);
  const shape = shapeOf(publisher.describe.options, kind.options);

  test('has words for each of its options', () => {
    expect(shape).toBeDefined();
    for (const [name, schema] of Object.entries(shape ?? {})) {
      if (name in kind.options) continue;
      const words = wordsAt(schema, []);
      expect(words?.label, name).toBeDefined();
      expect(words?.label?.length, name).toBeLessThanOrEqual(45);
      expect(
        [words?.help, words?.example].filter(Boolean).join(', such as ').length,
        name,
      ).toBeLessThanOrEqual(100);
    }
  });

  test('asks at most two things at first, and its windows are such as Discord takes', () => {
    expect(fields.filter(({ required }) => required).length).toBeLessThanOrEqual(2);
    expect(fields.filter(({ isMore }) => !isMore).length).toBeLessThanOrEqual(windowFieldsMax);
    expect(fields.filter(({ required, isMore }) => required && isMore)).toEqual([]);
    const view = { id, title: kind.title, help: kind.help, fields, way: 'window' as const };
    if (fields.some(({ isMore }) => !isMore)) formWindow(newWindow(view), 'x');
    const place = { name: 'a'.repeat(32), kind: view } as PlaceView;
    for (const page of pagesOf(place)) formWindow(changeWindow(place, page, 'Settings'), 'x');
  });

  test('reads its own example where a text names the place', () => {
    const { fromText } = publisher;
    const example = fromText?.read(fromText.words.example);
    if (fromText) expect(Object.keys(example ?? {})).toEqual(expect.arrayContaining([...fromText.fills]));
    if (publisher.hasChoices) expect(() => checkedPlace(publisher, { ...kind.options })).not.toThrow();
  });
});

test('what can’t be drawn is a text with one entry a line, and shows what it is', () => {
  const options = z.strictObject({
    app: z.strictObject({ id: z.int() }).optional().register(fieldWords, { label: 'App' }),
    details: z.record(z.string(), z.string()).default({}),
    tags: z.array(z.string()).default(['a', 'b']),
    minutes: z
      .union([z.literal(60), z.literal(1_440)])
      .default(60)
      .register(fieldWords, { unit: 'minutes' }),
    on: z.boolean().default(true),
    plain: z.string(),
  });
  const [publisher] = plugins;
  if (!publisher) throw new Error('no publisher');
  const { fromText: _, ...other } = publisher;
  const fake = { ...other, describe: { ...publisher.describe, options } };
  const kind = { id: 'k', title: 'K', help: 'k', options: {} };
  const fields = fieldsOf(fake, kind, { details: { creator: 'North Choir' }, app: { id: 5 } });
  expect(fields).toMatchObject([
    { name: 'app', label: 'App', style: 'text', value: 'id: 5', required: false },
    // A publisher without words still can be asked: by the option's name.
    { name: 'details', label: 'details', style: 'text', value: 'creator: North Choir' },
    { name: 'tags', style: 'line', value: 'a, b' },
    {
      name: 'minutes',
      style: 'choice',
      value: '60',
      options: [
        { value: '60', label: '1 hour' },
        { value: '1440', label: '1 day' },
      ],
    },
    { name: 'on', style: 'flag', value: true, required: false },
    { name: 'plain', style: 'line', required: true },
  ]);
});
