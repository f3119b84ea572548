import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord-api-types/v10';
import type { Command, View } from '#contracts/command.ts';
import { card, divider, lines } from '../layout.ts';

export function overviewView(commands: readonly Command[]): View {
  return card('plain', [
    lines(
      '### What you can say',
      'Live audio between communities: start the node, trust a community, play its broadcast.',
    ),
    divider(),
    ...commands.map(({ definition }) =>
      lines(`**/${definition.name}** ${definition.description}`, verbsOf(definition.options ?? [])),
    ),
    divider(),
    lines('-# `/help command:relay` shows one in detail · `/doctor` finds out why something does not work'),
  ]);
}

export function commandView({ definition }: Command): View {
  const options = definition.options ?? [];
  const forms = options.filter(({ type }) => type === ApplicationCommandOptionType.Subcommand);
  return card('plain', [
    lines(`### /${definition.name}`, definition.description),
    divider(),
    ...(forms.length > 0
      ? forms.map((form) => usage(`/${definition.name} ${form.name}`, form.description, optionsOf(form)))
      : [usage(`/${definition.name}`, definition.description, options)]),
  ]);
}

function usage(words: string, description: string, options: readonly APIApplicationCommandOption[]) {
  const given = options.map(({ name, required }) => (required ? name : `[${name}]`)).join(' ');
  const details = options.map(({ name, description }) => `-# \`${name}\` ${description}`);
  return lines(`\`${[words, given].filter(Boolean).join(' ')}\``, description, ...details);
}

function verbsOf(options: readonly APIApplicationCommandOption[]): string | undefined {
  const verbs = options.filter(({ type }) => type === ApplicationCommandOptionType.Subcommand);
  return verbs.length > 0 ? `-# ${verbs.map(({ name }) => name).join(' · ')}` : undefined;
}

function optionsOf(option: APIApplicationCommandOption): readonly APIApplicationCommandOption[] {
  return 'options' in option ? ((option.options ?? []) as APIApplicationCommandOption[]) : [];
}
