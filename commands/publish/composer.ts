import { type TargetView, targetList } from '#contracts/actions/targets.ts';
import type { CommandContext, Form, FormInput, FormOption, View } from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { commandErrors } from '../errors.ts';
import { lampWords } from '../target-lamp.ts';
import { momentOf, whenField } from '../times.ts';
import { listOf } from '../words.ts';
import { type Draft, formTextMax, keptDraft, mediaOf, showPreview } from './draft.ts';

/** Discord: options of a select, and characters of what stands beside one. */
const placesMax = 25;
const helpMax = 100;
const filesMax = 10;

/** One window for all of a post. Throws DISCORD_NO_FITTING_TARGET. */
export async function composerForm(context: CommandContext, draft: Draft): Promise<Form> {
  const { targets: places } = await context.perform(targetList, { guildId: context.guildId });
  if (places.length === 0)
    throw commandErrors.DISCORD_NO_FITTING_TARGET({
      what: 'posts',
      publisher: 'discord',
      called: 'news',
      options: `channelId=${context.actor.channelId ?? ''}`,
    });
  const data = await context.keep({ ...draft, seen: {} });
  const { content, at } = draft;
  return {
    name: 'compose',
    data,
    title: 'A post',
    fields: [
      { name: 'title', label: 'Title', style: 'line', value: content.title, required: true, lengthMax: 300 },
      {
        name: 'body',
        label: 'Text',
        help: 'Markdown',
        style: 'text',
        value: content.body ?? '',
        required: false,
        lengthMax: formTextMax,
      },
      whereField(places, draft.targets),
      { name: 'files', label: 'Files', style: 'file', required: false, most: filesMax },
      whenField(at),
    ],
  };
}

/** More places than a select holds are named. */
function whereField(places: readonly TargetView[], chosen: readonly string[]): Form['fields'][number] {
  const question = { name: 'where', label: 'Where' };
  if (places.length > placesMax)
    return {
      ...question,
      help: 'Names of places with commas between them',
      style: 'line',
      value: chosen.join(', '),
      required: true,
      lengthMax: 700,
    };
  const [only] = places;
  const values = places.length === 1 && only ? [only.name] : chosen;
  return {
    ...question,
    style: 'several',
    options: places.map(optionOf),
    values: values.filter((name) => places.some((place) => place.name === name)),
    required: true,
  };
}

function optionOf({ name, publisher, lamp }: TargetView): FormOption {
  return { value: name, label: name, help: cutGraphemes(`${lampWords(lamp)} · ${publisher}`, helpMax) };
}

export async function showComposed(
  context: CommandContext,
  { data, fields, picked, files }: FormInput,
): Promise<View> {
  const { seen: _seen, content, at: _at, ...rest } = await keptDraft(context, data);
  const at = await momentOf(context, fields.when, undefined);
  const uploaded = await mediaOf(
    context,
    (files.files ?? []).map((file) => ({ file })),
  );
  return showPreview(context, {
    ...rest,
    content: { ...content, title: fields.title ?? '', body: fields.body ?? '', media: uploaded },
    targets: picked.where?.map(({ value }) => value) ?? listOf(fields.where),
    ...(at && { at }),
  });
}
