import { consentChoose, consentRule, consentShow } from '#contracts/actions/consent.ts';
import type { Command, CommandContext, CommandInput, View } from '#contracts/command.ts';
import { type CaptureRule, captureRules } from '#contracts/consent-store.ts';
import { choiceOption, slashCommand, subcommand } from '../definition.ts';
import { consentCard, ruleMeanings } from './view.ts';

export const consent: Command = {
  definition: slashCommand('consent', 'Whether your voice is part of broadcasts of live channels', [
    subcommand('show', 'Show whether your voice is broadcast when a channel is'),
    subcommand('give', 'Let your voice be part of broadcasts of channels you speak in'),
    subcommand('withdraw', 'Leave your voice out, from the next word on'),
    subcommand('rule', 'Set what holds for people who have chosen nothing', [
      choiceOption(
        'rule',
        'What holds in this server',
        captureRules.map((rule) => ({ name: `${rule}: ${ruleMeanings[rule]}`, value: rule })),
      ),
    ]),
  ]),
  replyMode: 'ephemeral',
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
