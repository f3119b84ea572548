import { readFileSync } from 'node:fs';
import { type APIApplicationCommandOption, ApplicationCommandOptionType } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import { commands } from '#commands/index.ts';

const text = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');

function usage(words: string, options: readonly APIApplicationCommandOption[] = []): string {
  const given = options.map(({ name, required }) => (required ? name : `[${name}]`));
  return `\`${[words, ...given].join(' ')}\``;
}

/** `/relay start broadcast [channel]` for every form. */
const usages = commands.flatMap(({ definition: { name, options = [] } }) => {
  const all = options as APIApplicationCommandOption[];
  const verbs = all.filter(({ type }) => type === ApplicationCommandOptionType.Subcommand);
  if (verbs.length === 0) return [usage(`/${name}`, all)];
  return verbs.map((verb) =>
    usage(`/${name} ${verb.name}`, 'options' in verb ? (verb.options as never) : []),
  );
});

test('docs/commands.md documents every form, and none that does not exist', () => {
  const documented = [...text.matchAll(/^\| (`\/[^`]+`) \|/gm)].map(([, form]) => form);
  expect(documented.sort()).toEqual(usages.sort());
});
