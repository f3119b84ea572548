import type { APIApplicationCommandOption } from 'discord-api-types/v10';
import type { Command, View } from '#contracts/command.ts';
import { formsOf } from '../definition.ts';
import { capped, card, divider, lines } from '../layout.ts';

/** Together with heading and divider, below Discord's 40 components and 4,000 characters. */
const formsMax = 30;
const helpLengthMax = 3_700;

export function overviewView(commands: readonly Command[]): View {
  return card('plain', [
    lines(
      '### What you can say',
      'Live audio between communities: start the node, trust a community, play its broadcast.',
      'Finished work to where it belongs: add a target, publish, follow each delivery.',
    ),
    divider(),
    ...commands.map(({ definition }) =>
      lines(`**/${definition.name}** ${definition.description}`, verbsOf(definition)),
    ),
    divider(),
    lines('-# `/help command:relay` shows one in detail · `/doctor` finds out why something does not work'),
  ]);
}

export function commandView({ definition }: Command): View {
  const forms = formsOf(definition);
  return card('plain', [
    lines(`### /${definition.name}`, definition.description),
    divider(),
    ...capped(forms, { countMax: formsMax, lengthMax: helpLengthMax }, ({ words, description, options }) =>
      usage([`/${definition.name}`, words].filter(Boolean).join(' '), description, options),
    ).map((text) => lines(text)),
  ]);
}

function usage(words: string, description: string, options: readonly APIApplicationCommandOption[]): string {
  const given = options.map(({ name, required }) => (required ? name : `[${name}]`)).join(' ');
  const details = options.map(({ name, description }) => `-# \`${name}\` ${description}`);
  return [`\`${[words, given].filter(Boolean).join(' ')}\``, description, ...details].join('\n');
}

function verbsOf(definition: Command['definition']): string | undefined {
  const verbs = formsOf(definition).filter(({ words }) => words);
  return verbs.length > 0 ? `-# ${verbs.map(({ words }) => words).join(' · ')}` : undefined;
}
