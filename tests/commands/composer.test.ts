import { describe, expect, test } from 'vitest';
import { composerForm, showComposed } from '#commands/publish/composer.ts';
import { withWords, wordsForm } from '#commands/publish/own-words.ts';
import type { CommandContext, FormInput } from '#contracts/command.ts';

const lamp = { state: 'ready', word: 'Ready', reasons: [] };
const place = (name: string) => ({ name, publisher: 'discord', lamp });

/** What was performed, and what was kept. */
function contextWith(places: readonly object[], kept: object[] = []) {
  const performed: { name: string; input: Record<string, unknown> }[] = [];
  const context = {
    guildId: 'g',
    actor: {},
    customId: (name: string, data: string) => `${name}:${data}`,
    keep: async (value: object) => `kept-${kept.push(value) - 1}`,
    kept: async (id: string) => kept[Number(id.slice(5))],
    forget: async () => undefined,
    perform: async ({ name }: { name: string }, input: Record<string, unknown>) => {
      performed.push({ name, input });
      if (name === 'target.list') return { targets: places };
      if (name === 'artifact.add') return { cid: 'c'.repeat(64) };
      if (name === 'guild.settings') return { zone: 'UTC' };
      return { targets: [], costMicros: 0 };
    },
  } as unknown as CommandContext;
  return { context, performed, kept };
}

const empty = { content: { title: '' }, targets: [] };

describe('the window of a post', () => {
  test('asks for all of it, each place with its lamp; the only one is chosen', async () => {
    const { context } = contextWith([place('news')]);
    const { name, fields } = await composerForm(context, empty);
    expect(name).toBe('compose');
    expect(fields.map((field) => field.name)).toEqual(['title', 'body', 'where', 'files', 'when']);
    expect(fields[2]).toMatchObject({
      style: 'several',
      values: ['news'],
      options: [{ value: 'news', help: '🟢 Ready · discord' }],
    });
  });

  test('keeps what was given with the command, and names places beyond those a select holds', async () => {
    const { context } = contextWith(Array.from({ length: 26 }, (_, nth) => place(`p${nth}`)));
    const { fields } = await composerForm(context, { content: { title: 'T' }, targets: ['p3'] });
    expect(fields[0]).toMatchObject({ value: 'T' });
    expect(fields[2]).toMatchObject({ style: 'line', value: 'p3' });
  });

  test('says where a place comes from when there is none', async () => {
    const { context } = contextWith([]);
    await expect(composerForm(context, empty)).rejects.toMatchObject({ code: 'DISCORD_NO_FITTING_TARGET' });
  });

  test('becomes a preview of exactly what was filled in, files included', async () => {
    const { context, performed } = contextWith([place('news')], [{ ...empty, seen: {} }]);
    const file = { name: 'a.txt', url: 'https://cdn.example/a', sizeBytes: 3, mediaType: undefined };
    const input: FormInput = {
      data: 'kept-0',
      fields: { title: 'T', body: 'B', when: '' },
      picked: { where: [{ value: 'news', name: 'news' }] },
      flags: {},
      files: { files: [file] },
    };
    await showComposed(context, input);
    expect(performed.at(-1)).toMatchObject({
      name: 'publish.preview',
      input: { content: { title: 'T', body: 'B', media: [{ cid: 'c'.repeat(64) }] }, targets: ['news'] },
    });
  });
});

describe('words for one place', () => {
  const draft = { content: { title: 'T', body: 'B' }, targets: ['one', 'two'] };

  test('are its own only where they differ, and go back to those of all', () => {
    const own = withWords(draft, 'two', { title: 'T', body: 'Own' });
    expect(own.content).toEqual({ ...draft.content, overrides: { two: { body: 'Own' } } });
    const both = withWords(own, 'one', { title: 'One', body: 'B' });
    expect(both.content.overrides).toEqual({ one: { title: 'One' }, two: { body: 'Own' } });
    expect(withWords(own, 'two', { title: '', body: '' })).toEqual(draft);
    expect(withWords(own, 'two', { title: 'T', body: 'B' })).toEqual(draft);
  });

  test('of a text too long for the window keep it, unless another is written', async () => {
    const long = { ...draft, content: { ...draft.content, overrides: { two: { body: 'x'.repeat(5_000) } } } };
    expect(withWords(long, 'two', { title: 'T', body: '' })).toEqual(long);
    expect(withWords(long, 'two', { title: 'T', body: 'short' }).content.overrides).toEqual({
      two: { body: 'short' },
    });
    const { context } = contextWith([], [{ ...long, seen: {} }]);
    const { fields, data } = await wordsForm(context, 'kept-0', 'two');
    expect(fields).toMatchObject([{ value: 'T' }, { value: '', help: expect.stringContaining('stays') }]);
    expect(data).toBe('kept-0 two');
  });
});
