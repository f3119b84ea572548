import { readFileSync } from 'node:fs';
import type { APIApplicationCommandOption } from 'discord-api-types/v10';
import { expect, test } from 'vitest';
import { formsOf } from '#commands/definition.ts';
import { commands } from '#commands/index.ts';

const text = readFileSync(new URL('../../docs/commands.md', import.meta.url), 'utf8');

function usage(words: string, options: readonly APIApplicationCommandOption[] = []): string {
  const given = options.map(({ name, required }) => (required ? name : `[${name}]`));
  return `\`${[words, ...given].join(' ')}\``;
}

/** `/relay start broadcast [channel]` for every form, and "Publish this message". */
const usages = commands.flatMap(({ definition, onMessage = [] }) => [
  ...formsOf(definition).map(({ words, options }) =>
    usage([`/${definition.name}`, words].filter(Boolean).join(' '), options),
  ),
  ...onMessage.map((command) => `\`${command.definition.name}\``),
]);

test('docs/commands.md documents every form, and none that does not exist', () => {
  const documented = [
    ...text.matchAll(/^\| (`[^`]+`) \| (?:operator|owner|manager|publisher|member|everyone) /gm),
  ].map(([, form]) => form);
  expect(documented.sort()).toEqual(usages.sort());
});
