/** Rules of a command definition that Discord's published schemas do not hold. */
import { ApplicationCommandType, ApplicationCommandOptionType as T } from 'discord-api-types/v10';
import { invalidForms } from '../refusal.ts';
import type { CommandBody, WireOption } from './wire-command.ts';

const namePattern = /^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$/u;
export const commandCharactersMax = 8_000;

interface Problem {
  path: string[];
  code: string;
  message: string;
}

/** Throws 50035 with every complaint. `at` is where the command stands in the request body. */
export function checkCommand(body: CommandBody, at: readonly string[] = []): void {
  const problems: Problem[] = [];
  const isChat = (body.type ?? ApplicationCommandType.ChatInput) === ApplicationCommandType.ChatInput;
  if (isChat) checkName(body.name, [...at, 'name'], problems);
  checkOptions(body.options ?? [], [...at, 'options'], problems);
  const characters = charactersOf(body);
  if (characters > commandCharactersMax) {
    const message = `Command exceeds maximum size (${commandCharactersMax})`;
    problems.push({ path: [...at], code: 'APPLICATION_COMMAND_TOO_LARGE', message });
  }
  if (problems.length > 0) throw invalidForms(problems);
}

function checkName(name: string, path: string[], problems: Problem[]): void {
  if (namePattern.test(name) && name === name.toLowerCase()) return;
  const code = 'APPLICATION_COMMAND_INVALID_NAME';
  problems.push({ path, code, message: 'Command name is invalid' });
}

function checkOptions(options: readonly WireOption[], path: string[], problems: Problem[]): void {
  const names = new Set<string>();
  let optionalSeen = false;
  const nested = options.filter(
    (option) => option.type === T.Subcommand || option.type === T.SubcommandGroup,
  );
  if (nested.length > 0 && nested.length < options.length) {
    const message =
      'Sub-command and sub-command group option types are mutually exclusive to all other types';
    problems.push({ path, code: 'APPLICATION_COMMAND_OPTIONS_TYPE_INVALID', message });
  }
  options.forEach((option, index) => {
    const here = [...path, String(index)];
    checkName(option.name, [...here, 'name'], problems);
    if (names.has(option.name)) {
      const message = 'Option name is already used';
      problems.push({
        path: [...here, 'name'],
        code: 'APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS',
        message,
      });
    }
    names.add(option.name);
    if (option.required && optionalSeen) {
      const message = 'Required options must be placed before non-required options';
      problems.push({
        path: [...here, 'required'],
        code: 'APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID',
        message,
      });
    }
    optionalSeen ||= !option.required;
    if (option.autocomplete && option.choices?.length) {
      const message = 'Autocomplete cannot be used together with choices';
      problems.push({
        path: [...here, 'autocomplete'],
        code: 'APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID',
        message,
      });
    }
    checkOptions(option.options ?? [], [...here, 'options'], problems);
  });
}

/** Characters of the whole tree: names, descriptions and choices. */
function charactersOf(
  option: Pick<WireOption, 'name' | 'choices'> & Pick<CommandBody, 'description' | 'options'>,
): number {
  const choices = (option.choices ?? []).reduce(
    (sum, { name, value }) => sum + name.length + String(value).length,
    0,
  );
  const nested = (option.options ?? []).reduce((sum, child) => sum + charactersOf(child), 0);
  return option.name.length + (option.description?.length ?? 0) + choices + nested;
}
