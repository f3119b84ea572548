import { tokenList } from '#contracts/actions/tokens.ts';
import type { Command, CommandContext, CommandInput, Form, View } from '#contracts/command.ts';
import {
  fileOption,
  flagOption,
  slashCommand,
  subcommand,
  suggestedOption,
  textOption,
} from '../definition.ts';
import {
  suggestArtifacts,
  suggestPublications,
  suggestPublishers,
  suggestTarget,
  suggestTargets,
  suggestZones,
} from '../publishing-suggestions.ts';
import { matching } from '../suggestions.ts';
import { listOf, momentOf } from '../words.ts';
import { artifactOptions, chosenArtifacts, isArtifactOption, namesArtifacts } from './chosen-artifacts.ts';
import { publicationControls } from './controls.ts';
import { type Draft, draftOfPublication, keptDraft, mediaOf, showPreview } from './draft.ts';
import { publishMessage } from './message.ts';
import { runTargets, targetForms } from './targets.ts';

const bodyMax = 4_000;

export const publish: Command = {
  definition: slashCommand('publish', 'Send finished work to where it belongs', [
    subcommand('post', 'Preview a publication, then publish it; without a text, a window asks for it', [
      textOption('title', 'What it is about', { required: true, lengthMax: 300 }),
      suggestedOption('targets', 'Where to: names with commas between them', {
        required: true,
        lengthMax: 700,
      }),
      textOption('body', 'The text, in Markdown', { lengthMax: bodyMax }),
      textOption('link', 'An address it is about', { lengthMax: 2_000 }),
      textOption('tags', 'Tags with commas between them', { lengthMax: 1_300 }),
      fileOption('file', 'A file to publish with it'),
      textOption('alt', 'What the file shows, for those who can’t see it', { lengthMax: 1_500 }),
      fileOption('file-two', 'A second file'),
      textOption('alt-two', 'What the second file shows', { lengthMax: 1_500 }),
      fileOption('file-three', 'A third file'),
      textOption('alt-three', 'What the third file shows', { lengthMax: 1_500 }),
      ...artifactOptions,
      textOption('at', 'When: 2026-12-24 18:00 (default: at once)', { lengthMax: 20 }),
      suggestedOption('zone', 'The zone that time is meant in: Europe/Berlin', { lengthMax: 64 }),
    ]),
    subcommand('files', 'Send other files with what has not left yet; words are edited in its panel', [
      suggestedOption('publication', 'A publication that has not left', { required: true, lengthMax: 64 }),
      fileOption('file', 'A file to publish with it; without any it goes without files'),
      textOption('alt', 'What the file shows, for those who can’t see it', { lengthMax: 1_500 }),
      fileOption('file-two', 'A second file'),
      textOption('alt-two', 'What the second file shows', { lengthMax: 1_500 }),
      fileOption('file-three', 'A third file'),
      textOption('alt-three', 'What the third file shows', { lengthMax: 1_500 }),
      ...artifactOptions,
      flagOption('keep', 'Beside the files that it has, not instead of them'),
    ]),
    ...targetForms,
  ]),
  // Drafts are private; the panel that follows is for everyone.
  replyMode: 'ephemeral',
  optionOf: {
    id: 'token',
    policy: 'approval',
    monthlyBudgetMicros: 'budget',
    'content.media': 'file',
    'content.media.altText': 'alt',
  },
  form: async (context, input) => (asksForText(input) ? textForm(context, draftOf(input)) : undefined),
  run,
  autocomplete,
  ...publicationControls,
  forms: {
    ...publicationControls.forms,
    text: {
      mode: 'reply',
      run: async (context, { data, fields }) => {
        const { content, seen: _seen, ...rest } = await keptDraft(context, data);
        return showPreview(context, { ...rest, content: { ...content, body: fields.body ?? '' } });
      },
    },
  },
  onMessage: [publishMessage],
};

async function run(context: CommandContext, input: CommandInput): Promise<View> {
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
  const { content, ...rest } = draftOf(input);
  return showPreview(context, { ...rest, content: { ...content, media } });
}

async function autocomplete(context: CommandContext, { subcommand, focused }: CommandInput) {
  const typed = focused?.value ?? '';
  if (isArtifactOption(focused?.name)) return suggestArtifacts(context, typed);
  switch (focused?.name) {
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

/** A file or a link may be published without text. */
function asksForText({ subcommand, options, attachments }: CommandInput): boolean {
  return (
    subcommand === 'post' &&
    options.body === undefined &&
    options.link === undefined &&
    !namesArtifacts(options) &&
    Object.keys(attachments).length === 0
  );
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

function draftOf({ options }: CommandInput): Draft {
  const at = momentOf(options.at, options.zone);
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
