import { approvalPolicy } from '#contracts/actions/targets.ts';
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

const aTarget = suggestedOption('target', 'A target of this server', { required: true, lengthMax: 32 });

export const targetForms = [
  subcommand('setup', 'Set up a place step by step, and try it'),
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
