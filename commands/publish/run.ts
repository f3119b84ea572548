import { tokenList } from '#contracts/actions/tokens.ts';
import type { CommandCode, CommandContext, CommandInput, Form, View } from '#contracts/command.ts';
import { commandErrors } from '../errors.ts';
import {
  suggestArtifacts,
  suggestPublications,
  suggestPublishers,
  suggestTarget,
  suggestTargets,
  suggestZones,
} from '../publishing-suggestions.ts';
import { matching } from '../suggestions.ts';
import { askingTimes, momentOf, suggestTimes } from '../times.ts';
import { listOf } from '../words.ts';
import { isArtifactOption } from './artifact-options.ts';
import { chosenArtifacts } from './chosen-artifacts.ts';
import { composerForm, showComposed } from './composer.ts';
import { publicationControls } from './controls.ts';
import { type Draft, draftOfPublication, keptDraft, mediaOf, showPreview } from './draft.ts';
import { publishMessage } from './message.ts';
import { placeControls, showPlaces } from './place-controls.ts';
import { runTargets } from './targets.ts';

const bodyMax = 4_000;

const asking = askingTimes(run);

export const code: CommandCode = {
  form: async (context, input) => {
    const draft = await draftOf(context, input);
    const isWhole = draft.content.title !== '' && draft.targets.length > 0;
    return isWhole ? textForm(context, draft) : composerForm(context, draft);
  },
  run: asking.run,
  autocomplete,
  controls: { ...publicationControls.controls, ...asking.controls, ...placeControls.controls },
  opens: { ...publicationControls.opens, ...placeControls.opens },
  panels: { ...publicationControls.panels, ...placeControls.panels },
  forms: {
    ...publicationControls.forms,
    ...placeControls.forms,
    compose: showComposed,
    text: async (context, { data, fields }) => {
      const { content, seen: _seen, ...rest } = await keptDraft(context, data);
      return showPreview(context, { ...rest, content: { ...content, body: fields.body ?? '' } });
    },
  },
  onMessage: { 'Publish this message': publishMessage },
};

async function run(context: CommandContext, input: CommandInput): Promise<View> {
  if (input.subcommand === 'setup') return showPlaces(context);
  const view = await runTargets(context, input);
  if (view) return view;
  const { attachments, options, subcommand } = input;
  const uploaded = await mediaOf(
    context,
    ['', '-two', '-three'].map((nth) => ({
      file: attachments[`file${nth}`],
      altText: options[`alt${nth}`]?.toString(),
    })),
  );
  const media = [...uploaded, ...(await chosenArtifacts(context, options))];
  if (subcommand === 'files') {
    const { content, ...made } = await draftOfPublication(context, String(options.publication ?? ''));
    const kept = options.keep === true ? (content.media ?? []) : [];
    return showPreview(context, { ...made, content: { ...content, media: [...kept, ...media] } });
  }
  const { content, ...rest } = await draftOf(context, input);
  if (content.title === '' || rest.targets.length === 0) throw commandErrors.DISCORD_POST_LACKS();
  return showPreview(context, { ...rest, content: { ...content, media } });
}

async function autocomplete(context: CommandContext, input: CommandInput) {
  const { focused, subcommand } = input;
  const typed = focused?.value ?? '';
  if (isArtifactOption(focused?.name)) return suggestArtifacts(context, typed);
  switch (focused?.name) {
    case 'at':
      return suggestTimes(context, input);
    case 'zone':
      return suggestZones(typed);
    case 'targets':
      return suggestTargets(context, typed);
    case 'publication':
      return suggestPublications(context, typed);
    case 'publisher':
      return suggestPublishers(context, typed);
    case 'token': {
      const { tokens } = await context.perform(tokenList, { guildId: context.guildId });
      return matching(
        tokens.map(({ id, name }) => ({ name, value: id })),
        typed,
      );
    }
    default:
      if (subcommand === 'target resume')
        return suggestTarget(context, typed, ({ paused }) => paused !== undefined);
      return suggestTarget(context, typed);
  }
}

async function textForm(context: CommandContext, draft: Draft): Promise<Form> {
  const data = await context.keep({ ...draft, seen: {} });
  return {
    name: 'text',
    data,
    title: draft.content.title,
    fields: [
      { name: 'body', label: 'Text', help: 'Markdown', style: 'text', required: false, lengthMax: bodyMax },
    ],
  };
}

async function draftOf(context: CommandContext, { options }: CommandInput): Promise<Draft> {
  const at = await momentOf(context, options.at, options.zone);
  return {
    content: {
      title: String(options.title ?? ''),
      body: String(options.body ?? ''),
      tags: listOf(options.tags),
      ...(options.link !== undefined && { link: String(options.link) }),
    },
    targets: listOf(options.targets),
    ...(at && { at }),
  };
}
