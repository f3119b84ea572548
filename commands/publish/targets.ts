import type { z } from 'zod';
import {
  approvalPolicy,
  publishConnect,
  targetAdd,
  targetEdit,
  targetList,
  targetPause,
  targetRemove,
  targetResume,
  targetVerify,
} from '#contracts/actions/targets.ts';
import { tokenAdd, tokenList, tokenRevoke } from '#contracts/actions/tokens.ts';
import type { CommandContext, CommandInput, View } from '#contracts/command.ts';
import {
  choiceOption,
  flagOption,
  integerOption,
  numberOption,
  subcommand,
  subcommandGroup,
  suggestedOption,
  textOption,
} from '../definition.ts';
import { given, settingsOf } from '../words.ts';
import {
  connectView,
  editedView,
  newTokenView,
  targetsView,
  targetView,
  tokensView,
  verifiedView,
} from './target-view.ts';

const microsPerDollar = 1_000_000;
const aTarget = suggestedOption('target', 'A target of this server', { required: true, lengthMax: 32 });

export const targetForms = [
  subcommand('targets', 'The places where results can go, and what each still lacks'),
  subcommand('connect', 'Give a target its credentials, by a link for you alone', [aTarget]),
  subcommandGroup('target', 'Add, examine and hold targets', [
    subcommand('add', 'Add a place where results can go', [
      textOption('name', 'What it is called here: letters, digits, dashes', {
        required: true,
        lengthMax: 32,
      }),
      suggestedOption('publisher', 'What kind of place it is', { required: true, lengthMax: 64 }),
      textOption('options', 'Its options: owner=acme repo=site, or a JSON object', { lengthMax: 2_000 }),
      choiceOption(
        'approval',
        'Who must approve what goes there (default: one manager)',
        approvalPolicy.options.map((value) => ({ name: value.replace('-', ' '), value })),
        { required: false },
      ),
      numberOption('budget', 'Dollars it may cost in a month', { min: 0, max: 100_000 }),
      flagOption('ordered', 'Strictly one after the other'),
      textOption('template', 'Text with {title}, {body}, {link} and {tags}', { lengthMax: 4_000 }),
    ]),
    subcommand('edit', 'Give a target other settings; what waits for it is asked for again', [
      aTarget,
      textOption('options', 'Those to change: repo=site, or a JSON object; null takes one away', {
        lengthMax: 2_000,
      }),
      choiceOption(
        'approval',
        'Who must approve what goes there',
        approvalPolicy.options.map((value) => ({ name: value.replace('-', ' '), value })),
        { required: false },
      ),
      numberOption('budget', 'Dollars it may cost in a month', { min: 0, max: 100_000 }),
      flagOption('ordered', 'Strictly one after the other'),
      textOption('template', 'Text with {title}, {body}, {link} and {tags}', { lengthMax: 4_000 }),
      choiceOption(
        'without',
        'What it shall no longer have',
        [
          { name: 'budget', value: 'budget' },
          { name: 'template', value: 'template' },
          { name: 'budget and template', value: 'both' },
        ],
        { required: false },
      ),
    ]),
    subcommand('remove', 'Remove a target; what is pending for it is withdrawn', [aTarget]),
    subcommand('verify', 'See whether its credentials and rights suffice; writes nothing', [aTarget]),
    subcommand('pause', 'Hold everything for a target', [aTarget]),
    subcommand('resume', 'Let a paused target go on', [aTarget]),
  ]),
  subcommandGroup('token', 'Tokens with which CI jobs upload artifacts', [
    subcommand('add', 'Make a token; it is shown once, to you alone', [
      textOption('name', 'What it is for', { required: true, lengthMax: 64 }),
      integerOption('days', 'Days until it ends (default: 90)', { min: 1, max: 365 }),
    ]),
    subcommand('list', 'The tokens of this server, without what they are'),
    subcommand('revoke', 'Make a token worthless from now on', [
      suggestedOption('token', 'A token of this server', { required: true, lengthMax: 64 }),
    ]),
  ]),
];

/** Undefined for the forms of /publish that are not about targets. */
export async function runTargets(
  context: CommandContext,
  { subcommand, options }: CommandInput,
): Promise<View | undefined> {
  const { guildId } = context;
  const one = { guildId, target: String(options.target ?? '') };
  switch (subcommand) {
    case 'targets':
      return targetsView(await context.perform(targetList, { guildId, ask: true }));
    case 'connect':
      return connectView(await context.perform(publishConnect, one));
    case 'target add':
      return targetView('Target added', await context.perform(targetAdd, addition(guildId, options)));
    case 'target edit':
      return editedView(await context.perform(targetEdit, change(guildId, options)));
    case 'target remove':
      return targetView('Target removed', await context.perform(targetRemove, one));
    case 'target verify':
      return verifiedView(one.target, await context.perform(targetVerify, one));
    case 'target pause':
      return targetView('Target held', await context.perform(targetPause, one));
    case 'target resume':
      return targetView('Target goes on', await context.perform(targetResume, one));
    case 'token add':
      return newTokenView(
        await context.perform(tokenAdd, {
          guildId,
          name: String(options.name ?? ''),
          ...given({ days: options.days as number | undefined }),
        }),
      );
    case 'token list':
      return tokensView((await context.perform(tokenList, { guildId })).tokens);
    case 'token revoke':
      return tokensView(
        (await context.perform(tokenRevoke, { guildId, id: String(options.token ?? '') })).tokens,
      );
    default:
      return undefined;
  }
}

function change(guildId: string, options: CommandInput['options']): z.input<typeof targetEdit.input> {
  const { target, options: settings, without } = options;
  const { name: _, publisher: __, options: ___, ...changes } = addition(guildId, options);
  return {
    ...changes,
    target: String(target ?? ''),
    ...(settings !== undefined && { options: settingsOf(String(settings)) }),
    ...((without === 'budget' || without === 'both') && { monthlyBudgetMicros: null }),
    ...((without === 'template' || without === 'both') && { template: null }),
  };
}

/** The action's own input checks this: Discord's choices and ranges guarantee nothing. */
function addition(guildId: string, options: CommandInput['options']): z.input<typeof targetAdd.input> {
  return {
    guildId,
    name: String(options.name ?? ''),
    publisher: String(options.publisher ?? ''),
    options: settingsOf(String(options.options ?? '')),
    ...given({
      policy: options.approval as z.input<typeof approvalPolicy> | undefined,
      ordered: options.ordered as boolean | undefined,
      template: options.template as string | undefined,
    }),
    ...(options.budget !== undefined && {
      monthlyBudgetMicros: Math.round(Number(options.budget) * microsPerDollar),
    }),
  };
}
