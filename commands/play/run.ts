import { playerPlay, playerSuggest } from '#contracts/actions/player.ts';
import type { CommandCode, CommandContext, MessageInput, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import { play } from './play.ts';
import { playablesOf } from './playables.ts';
import { playerCode } from './player-code.ts';

const searchLengthMax = 200;
const whens = playerPlay.input.shape.when;

export const code: CommandCode = {
  ...playerCode,
  run: (context, { options, attachments }) => {
    const { file } = attachments;
    return play(context, {
      what: String(options.what ?? ''),
      files: file ? [file] : [],
      ...(options.channel === undefined ? {} : { channelId: String(options.channel) }),
      when: whens.parse(options.when),
    });
  },
  autocomplete: (context, { focused }) => suggest(context, focused?.value ?? ''),
  onMessage: { 'Play this': playMessage },
};

async function suggest(context: CommandContext, typed: string) {
  const { guildId } = context;
  const search = typed.trim().slice(0, searchLengthMax);
  return (await context.perform(playerSuggest, { guildId, search })).suggestions;
}

/** The sound files of a message, then its links, one after the other: the first that asks something back is the answer. */
async function playMessage(context: CommandContext, message: MessageInput): Promise<View> {
  if (!message.hasContent) throw commandErrors.DISCORD_MESSAGE_EMPTY();
  const { files, links } = playablesOf(message);
  const wishes = [...(files.length > 0 ? [{ files }] : []), ...links.map((what) => ({ what }))];
  let view: View | undefined;
  for (const wanted of wishes) {
    view = await play(context, wanted);
    if (asksBack(view)) return view;
  }
  if (!view) throw commandErrors.DISCORD_NOTHING_TO_PLAY();
  return view;
}

function asksBack(view: View): boolean {
  return view.panel === undefined && JSON.stringify(view.components).includes('custom_id');
}
