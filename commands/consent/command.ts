import type { Command } from '#contracts/command.ts';
import { captureRules } from '#contracts/consent-store.ts';
import { choiceOption, slashCommand, subcommand } from '../definition.ts';
import { ruleMeanings } from './rule-meanings.ts';

export const consent: Command = {
  definition: slashCommand('consent', 'Choose whether your voice is heard in live programmes', [
    subcommand('show', 'Show whether your voice is broadcast when a channel is'),
    subcommand('give', 'Let your voice be heard where your channel is live'),
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
  load: async () => (await import('./run.ts')).code,
};
