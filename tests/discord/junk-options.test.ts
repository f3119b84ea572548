import { ApplicationCommandOptionType } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { formsOf } from '#commands/definition.ts';
import { commands } from '#commands/index.ts';
import { seen } from './support/answers.ts';
import { Door } from './support/door.ts';
import { typedForms } from './support/forms.ts';

let door: Door;
beforeAll(async () => {
  door = await Door.open();
});
afterAll(() => door.close());
beforeEach(() => door.clock.skip(60_000));

/** As it reads, without codes and what was typed. */
async function answered(typed: string): Promise<string> {
  const { text = '' } = await seen(await door.as('manager').run(typed));
  return text.replaceAll('\\', '').replace(/`[^`]*`/g, '');
}

/** How a schema would say it, and how inputs are called inside. */
const inside =
  /expected|received|\binvalid\b|too (small|big)|must match|\b(string|regex|enum|discriminator)\b|\b[a-z]+\.[a-z]\w*:|\b(trigger|rule|links|content|what|targets|options): |[a-z](Ms|Id|Micros|Minutes)\b|>=|<=/i;

const asked = ['chain', 'schedule', 'publish', 'milestone', 'tweet', 'alerts', 'archive', 'deliveries'];
const junk = ['-', '"!! no/thing"', ',', '"   "'];

const cases = commands
  .filter(({ definition }) => asked.includes(definition.name))
  .flatMap(({ definition }) =>
    formsOf(definition).flatMap(({ words, options }) => {
      const typed = typedForms[[definition.name, words].filter(Boolean).join(' ')];
      return options
        .filter(({ type }) => type === ApplicationCommandOptionType.String)
        .filter((option) => !('choices' in option && option.choices))
        .map(({ name }) => ({ typed: typed ?? '', option: name }));
    }),
  );

describe('whatever is typed, the answer knows options only', () => {
  test.each(cases)('$option of $typed', async ({ typed, option }) => {
    for (const value of junk) {
      const others = typed.replace(new RegExp(` ${option}:("[^"]*"|\\S+)`), '');
      door.clock.skip(60_000);
      const spoken = await answered(`${others} ${option}:${value}`);
      expect(spoken, `${option}:${value}`).not.toMatch(inside);
      if (spoken.includes('That can’t be used'))
        expect(spoken).toMatch(/That can’t be used\. ((A part|The \w+) of )?“[a-z-]+” /);
    }
  });
});

test.each([
  ['/chain add name:m on:release links:news from:nobody', 'from', 'must look like owner/name'],
  ['/chain add name:m on:feed links:news from:nobody', 'from', 'must be an http or https address'],
  ['/chain add name:"!!" on:manual links:news', 'name', 'must be 1 to 32 letters, digits and dashes'],
  ['/chain add name:m on:manual links:"news > !!"', 'links', 'must be 1 to 32 letters, digits and dashes'],
  ['/chain add name:m on:artifact links:news match:"  "', 'match', 'is empty'],
  ['/schedule add title:X targets:"," zone:UTC cron:"0 1 * * *"', 'targets', 'is empty'],
  ['/schedule add title:X targets:news zone:UTC cron:"0 1 * * *" link:nowhere', 'link', 'must be an address'],
  ['/schedule edit schedule:s1 link:nowhere', 'link', 'must be an address such as'],
  ['/publish post title:X targets:news body:Y link:nowhere', 'link', 'must be an address such as'],
  ['/publish target add name:"!!" publisher:discord', 'name', 'must be 1 to 32 letters, digits and dashes'],
])('%s names the option, and what it takes', async (typed, option, words) => {
  const text = await answered(typed);
  expect(text).toContain(`“${option}” ${words}`);
  expect(text).toContain(`“${option}” is: `);
});
