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
      'Music here by one word: `/play`, and what you would like to hear.',
      'Live audio between communities: connect, allow a community, play its programme.',
      'Finished work to where it belongs: add a place, publish, follow each post.',
    ),
    divider(),
    ...groupsOf(commands).map(([heading, members]) =>
      lines(`**${heading}**`, ...members.flatMap(({ definition }) => linesOf(definition))),
    ),
    divider(),
    lines(
      '-# `/help command:relay` shows one in detail · `/doctor` finds out why something does not work · a manager begins with `/setup`',
    ),
  ]);
}

const groups: readonly (readonly [heading: string, names: readonly string[]])[] = [
  ['Music and sound', ['play', 'skip', 'queue', 'pause', 'stop', 'nowplaying']],
  ['Between communities', ['node', 'broadcast', 'relay', 'consent']],
  ['Publishing', ['publish', 'tweet', 'archive', 'deliveries', 'alerts', 'milestone', 'schedule', 'chain']],
];

/** In the order of the groups; what is in none comes last. */
function groupsOf(commands: readonly Command[]): (readonly [string, readonly Command[]])[] {
  const named = groups.map(
    ([heading, names]) =>
      [heading, commands.filter(({ definition }) => names.includes(definition.name))] as const,
  );
  const others = commands.filter((command) => !named.some(([, members]) => members.includes(command)));
  return [...named, ['This server', others] as const].filter(([, members]) => members.length > 0);
}

function linesOf(definition: Command['definition']): (string | undefined)[] {
  return [`**/${definition.name}** ${definition.description}`, verbsOf(definition)];
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
