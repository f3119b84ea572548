import type { z } from 'zod';
import {
  type approvalPolicy,
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
import { given, numberOf, settingsOf } from '../words.ts';
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
          ...given({ days: numberOf(options.days) }),
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
      ordered: options.ordered === undefined ? undefined : options.ordered === true,
      template: options.template?.toString(),
    }),
    ...(options.budget !== undefined && {
      monthlyBudgetMicros: Math.round(Number(options.budget) * microsPerDollar),
    }),
  };
}
