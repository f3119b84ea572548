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

const aTarget = suggestedOption('target', 'A place of this server', { required: true, lengthMax: 32 });

export const targetForms = [
  subcommand('setup', 'Set up a place step by step, and try it'),
  subcommand('targets', 'List the places where posts can go, and what each lacks'),
  subcommand('connect', 'Give a place its credentials, by a link for you alone', [aTarget]),
  subcommandGroup('target', 'Add, check and hold places', [
    subcommand('add', 'Add a place where posts can go', [
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
    subcommand('edit', 'Change a place; what waits for it is asked for again', [
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
    subcommand('remove', 'Remove a place; what waits for it is withdrawn', [aTarget]),
    subcommand('verify', 'Check a place’s credentials and rights; writes nothing', [aTarget]),
    subcommand('pause', 'Hold everything for a place', [aTarget]),
    subcommand('resume', 'Let a held place go on', [aTarget]),
  ]),
  subcommandGroup('token', 'Make tokens with which CI jobs upload files', [
    subcommand('add', 'Make a token; it is shown once, to you alone', [
      textOption('name', 'What it is for', { required: true, lengthMax: 64 }),
      integerOption('days', 'Days until it ends (default: 90)', { min: 1, max: 365 }),
    ]),
    subcommand('list', 'List the tokens of this server, without what they are'),
    subcommand('revoke', 'Make a token worthless from now on', [
      suggestedOption('token', 'A token of this server', { required: true, lengthMax: 64 }),
    ]),
  ]),
];
