import { consentChoose, consentRule, consentShow } from '#contracts/actions/consent.ts';
import type { CommandCode, CommandContext, CommandInput, View } from '#contracts/command.ts';
import type { CaptureRule } from '#contracts/consent-store.ts';
import { consentCard } from './view.ts';

export const code: CommandCode = {
  run,
};

async function run(context: CommandContext, { subcommand, options }: CommandInput): Promise<View> {
  const { guildId } = context.actor;
  switch (subcommand) {
    case 'give':
      return consentCard(await context.perform(consentChoose, { guildId, choice: 'given' }));
    case 'withdraw':
      return consentCard(await context.perform(consentChoose, { guildId, choice: 'withdrawn' }));
    case 'rule':
      // The action's own input checks this: Discord's choices guarantee nothing.
      return consentCard(await context.perform(consentRule, { guildId, rule: options.rule as CaptureRule }));
    default:
      return consentCard(await context.perform(consentShow, { guildId }));
  }
}
