import type {
  APIComponentInContainer,
  APIComponentInMessageActionRow,
  APIMessage,
  APIMessageTopLevelComponent,
  APISectionAccessoryComponent,
  APISelectMenuComponent,
} from 'discord-api-types/v10';
import type { GuildView } from '../../contract.ts';
import { componentType } from './discord-types.ts';
import { selectChoices } from './select-choices.ts';

export interface FoundControl {
  messageId: string;
  customId: string;
  /** What the select sends for a choice. */
  value?: string;
}

/** The newest button of these words that can be pressed. */
export function findButton(messages: readonly APIMessage[], label: string): FoundControl | undefined {
  return newest(messages, (component) => {
    if (component.type !== componentType.Button || component.disabled) return undefined;
    if (!('custom_id' in component)) return undefined;
    return component.label === label ? { customId: component.custom_id } : undefined;
  });
}

/** The newest choice in a select whose words are these, or begin with them. */
export function findChoice(
  messages: readonly APIMessage[],
  guild: GuildView,
  label: string,
): FoundControl | undefined {
  return newest(messages, (component) => {
    const select = selectOf(component);
    if (!select) return undefined;
    const choices = selectChoices(select, guild);
    const choice =
      choices.find((each) => each.label === label) ??
      choices.find((each) => each.label.startsWith(`${label} `));
    return choice && { customId: select.custom_id, value: choice.value };
  });
}

type Shown =
  | APIMessageTopLevelComponent
  | APIComponentInContainer
  | APIComponentInMessageActionRow
  | APISectionAccessoryComponent;

function newest(
  messages: readonly APIMessage[],
  match: (component: Shown) => Omit<FoundControl, 'messageId'> | undefined,
): FoundControl | undefined {
  for (const { id, components = [] } of messages.toReversed()) {
    const found = components
      .flatMap(withInner)
      .map(match)
      .find((control) => control !== undefined);
    if (found) return { ...found, messageId: id };
  }
  return undefined;
}

function withInner(component: Shown): Shown[] {
  return [component, ...innerOf(component).flatMap(withInner)];
}

function innerOf(component: Shown): readonly Shown[] {
  switch (component.type) {
    case componentType.ActionRow:
    case componentType.Container:
      return component.components;
    case componentType.Section:
      return [...component.components, component.accessory];
    default:
      return [];
  }
}

function selectOf(component: Shown): APISelectMenuComponent | undefined {
  switch (component.type) {
    case componentType.StringSelect:
    case componentType.UserSelect:
    case componentType.RoleSelect:
    case componentType.MentionableSelect:
    case componentType.ChannelSelect:
      return component.disabled ? undefined : component;
    default:
      return undefined;
  }
}
