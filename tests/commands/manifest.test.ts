import { readdirSync } from 'node:fs';
import {
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandOption,
  ApplicationCommandOptionType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
} from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';

test('the list holds exactly the folders', () => {
  const folders = readdirSync(new URL('../../commands', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(commands.map(({ definition }) => definition.name).sort()).toEqual(folders.sort());
});

/** Options of the command and of each of its subcommands. */
function optionsOf(options: readonly APIApplicationCommandOption[] = []): APIApplicationCommandBasicOption[] {
  return options.flatMap((option) =>
    option.type === ApplicationCommandOptionType.Subcommand
      ? optionsOf(option.options as APIApplicationCommandOption[])
      : [option as APIApplicationCommandBasicOption],
  );
}

describe.each(commands.map((command) => [command.definition.name, command] as const))('/%s', (_, command) => {
  const { definition } = command;

  test('is for guilds only, installed by guilds only', () => {
    expect(definition.contexts).toEqual([InteractionContextType.Guild]);
    expect(definition.integration_types).toEqual([ApplicationIntegrationType.GuildInstall]);
  });

  test('stays within Discord’s limits', () => {
    expect(definition.name).toMatch(/^[a-z]{1,32}$/);
    for (const { name, description } of [
      definition,
      ...(definition.options ?? []),
      ...optionsOf(definition.options),
    ]) {
      expect(name).toMatch(/^[a-z-]{1,32}$/);
      expect(description.length).toBeLessThanOrEqual(100);
    }
    expect(JSON.stringify(definition).length).toBeLessThan(8_000);
  });

  test('takes sound channels only, and answers what it promises to suggest', () => {
    const options = optionsOf(definition.options);
    for (const option of options) {
      if (option.type === ApplicationCommandOptionType.Channel)
        expect(option.channel_types).toEqual([ChannelType.GuildVoice, ChannelType.GuildStageVoice]);
    }
    const suggests = options.some((option) => 'autocomplete' in option && option.autocomplete);
    expect(command.autocomplete !== undefined).toBe(suggests);
  });

  test('bounds every text', () => {
    for (const option of optionsOf(definition.options)) {
      if (option.type !== ApplicationCommandOptionType.String || 'choices' in option) continue;
      expect(option.max_length, option.name).toBeGreaterThan(0);
    }
  });
});
