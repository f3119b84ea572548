import { playableLengthMax, playerSuggest } from '#contracts/actions/player.ts';
import type { CommandContext, Form, FormField, FormHandler, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import { play } from './play.ts';

const filesMax = 10;

/** The window of **Add**: typed, picked or uploaded; the first that is filled in counts, files always. */
export async function addForm(context: CommandContext): Promise<Form> {
  return {
    name: 'add',
    title: 'Add to the queue',
    fields: [
      {
        name: 'what',
        style: 'line',
        label: 'A title, a link or a neighbour',
        required: false,
        lengthMax: playableLengthMax,
      },
      ...(await libraryField(context)),
      {
        name: 'files',
        style: 'file',
        label: 'Or sound files of yours',
        types: ['audio'],
        required: false,
        most: filesMax,
      },
      {
        name: 'next',
        style: 'flag',
        label: 'Right after what plays now',
      },
    ],
  };
}

/** Left out where nothing is known, or not in time. */
export async function libraryField(context: CommandContext): Promise<FormField[]> {
  const { guildId } = context;
  const { suggestions } = await context
    .perform(playerSuggest, { guildId })
    .catch(() => ({ suggestions: [] }));
  // Discord refuses two options of one value.
  const options = new Map(suggestions.map(({ name, value }) => [value, { label: name, value }]));
  if (options.size === 0) return [];
  return [
    {
      name: 'pick',
      style: 'choice',
      label: 'Or one of these',
      options: [...options.values()],
      required: false,
    },
  ];
}

export const addSubmitted: FormHandler = async (context, { fields, files, flags }) => {
  const what = fields.what?.trim() || fields.pick || '';
  const given = [...(files.files ?? [])];
  if (what === '' && given.length === 0) throw commandErrors.DISCORD_NOTHING_TO_PLAY();
  const when = flags.next === true ? 'next' : 'last';
  const shown: View[] = [];
  if (given.length > 0) shown.push(await play(context, { files: given, when }));
  if (what !== '') shown.push(await play(context, { what, when }));
  return shown.at(-1) ?? Promise.reject(commandErrors.DISCORD_NOTHING_TO_PLAY());
};
