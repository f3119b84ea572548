import {
  type APIComponentInContainer,
  type APISelectMenuOption,
  type ChannelType,
  ComponentType,
  SelectMenuDefaultValueType,
} from 'discord-api-types/v10';
import type { CommandContext, View } from '#contracts/command.ts';
import { button } from '../layout.ts';

/** Discord: options of a select, and roles picked in one. */
export const pickedMax = 25;

export function roleSelect(
  customId: string,
  placeholder: string,
  roleIds: readonly string[],
): APIComponentInContainer {
  return row({
    type: ComponentType.RoleSelect,
    custom_id: customId,
    placeholder,
    min_values: 0,
    max_values: pickedMax,
    default_values: roleIds
      .slice(0, pickedMax)
      .map((id) => ({ id, type: SelectMenuDefaultValueType.Role as const })),
  });
}

export function channelSelect(
  customId: string,
  placeholder: string,
  types: ChannelType[],
  channelId: string | undefined,
): APIComponentInContainer {
  const chosen =
    channelId === undefined ? [] : [{ id: channelId, type: SelectMenuDefaultValueType.Channel as const }];
  return row({
    type: ComponentType.ChannelSelect,
    custom_id: customId,
    placeholder,
    channel_types: types,
    default_values: chosen,
  });
}

export function optionSelect(
  customId: string,
  placeholder: string,
  options: APISelectMenuOption[],
): APIComponentInContainer {
  return row({ type: ComponentType.StringSelect, custom_id: customId, placeholder, options });
}

/** The view with a way back to the overview below it. */
export function withBack(context: CommandContext, view: View): View {
  const back = button('Back to all steps', context.customId('overview'));
  return {
    ...view,
    components: [...view.components, { type: ComponentType.ActionRow, components: [back] }],
  };
}

type Row = Extract<APIComponentInContainer, { type: ComponentType.ActionRow }>;

function row(select: Row['components'][number]): APIComponentInContainer {
  return { type: ComponentType.ActionRow, components: [select] };
}
