import { optionType } from './discord-types.ts';

const names: Readonly<Record<number, string>> = {
  [optionType.String]: 'text',
  [optionType.Integer]: 'whole number',
  [optionType.Boolean]: 'true or false',
  [optionType.User]: 'member',
  [optionType.Channel]: 'channel',
  [optionType.Role]: 'role',
  [optionType.Mentionable]: 'member or role',
  [optionType.Number]: 'number',
  [optionType.Attachment]: 'file',
};

export function optionTypeName(type: number): string {
  return names[type] ?? 'value';
}
