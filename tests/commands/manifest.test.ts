import { readdirSync } from 'node:fs';
import {
  type APIApplicationCommandBasicOption,
  ApplicationCommandOptionType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionContextType,
} from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { formsOf } from '#commands/definition.ts';
import { commands } from '#commands/index.ts';
import type { Command } from '#contracts/command.ts';

test('the list holds exactly the folders', () => {
  const folders = readdirSync(new URL('../../commands', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(commands.map(({ definition }) => definition.name).sort()).toEqual(folders.sort());
});

/** Options of every form of the command. */
function optionsOf(definition: Command['definition']): readonly APIApplicationCommandBasicOption[] {
  return formsOf(definition).flatMap(({ options }) => options);
}

function namesOf(handlers: object = {}): string[] {
  return Object.keys(handlers).sort();
}

/** As Discord counts them: names, descriptions and values. */
function charactersOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (['name', 'description', 'value'].includes(key) ? String(inner).length : charactersOf(inner)),
    0,
  );
}

test('there are no more commands than Discord takes, and each is called differently', () => {
  const names = [
    ...commands.map(({ definition }) => definition.name),
    ...commands.flatMap(({ onMessage = [] }) => onMessage.map(({ definition }) => definition.name)),
  ];
  expect(new Set(names).size).toBe(names.length);
  expect(commands.length).toBeLessThanOrEqual(100);
  expect(names.length - commands.length).toBeLessThanOrEqual(15);
});

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
      ...optionsOf(definition),
    ]) {
      expect(name).toMatch(/^[a-z-]{1,32}$/);
      expect(description.length).toBeLessThanOrEqual(100);
    }
    expect(charactersOf(definition)).toBeLessThan(8_000);
    expect(definition.options?.length ?? 0).toBeLessThanOrEqual(25);
    for (const { options } of formsOf(definition)) expect(options.length).toBeLessThanOrEqual(25);
  });

  test('its code does what is declared, and no more', async () => {
    const code = await command.load();
    const { asksFirst, controls = {}, forms = {}, onMessage = [], panels = [] } = command;
    // One whose mode depends on what was chosen has both.
    const inMode = (form: boolean) =>
      Object.entries(controls)
        .filter(([, mode]) => typeof mode === 'function' || (mode === 'form') === form)
        .map(([name]) => name);
    expect(namesOf(code.controls)).toEqual(inMode(false).sort());
    expect(namesOf(code.opens)).toEqual(inMode(true).sort());
    expect(namesOf(code.forms)).toEqual(Object.keys(forms).sort());
    expect(namesOf(code.panels)).toEqual([...panels].sort());
    expect(namesOf(code.onMessage)).toEqual(onMessage.map((each) => each.definition.name).sort());
    expect(code.form !== undefined).toBe(asksFirst !== undefined);
  });

  test('takes sound channels only, and answers what it promises to suggest', async () => {
    const options = optionsOf(definition);
    for (const option of options) {
      if (option.type === ApplicationCommandOptionType.Channel)
        expect(option.channel_types).toEqual([ChannelType.GuildVoice, ChannelType.GuildStageVoice]);
    }
    const suggests = options.some((option) => 'autocomplete' in option && option.autocomplete);
    expect((await command.load()).autocomplete !== undefined).toBe(suggests);
  });

  test('bounds every text', () => {
    for (const option of optionsOf(definition)) {
      if (option.type !== ApplicationCommandOptionType.String || 'choices' in option) continue;
      expect(option.max_length, option.name).toBeGreaterThan(0);
    }
  });
});
