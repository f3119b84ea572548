import { type APIMessage, ComponentType as C, type ChannelType } from 'discord-api-types/v10';
import { flattenComponents } from '../world/wire-component.ts';
import { playgroundErrors } from './errors.ts';

/** An interactive component as a message shows it. */
export interface UsableComponent {
  type: C;
  id: number;
  custom_id: string;
  min_values: number;
  max_values: number;
  options?: readonly { value: string }[];
  channel_types?: readonly ChannelType[];
}

const selects: readonly C[] = [
  C.StringSelect,
  C.UserSelect,
  C.RoleSelect,
  C.MentionableSelect,
  C.ChannelSelect,
];

export function findComponent(
  message: APIMessage,
  customId: string,
  use: 'click' | 'select',
): UsableComponent {
  const unusable = (reason: string) => playgroundErrors.PLAYGROUND_COMPONENT_UNUSABLE({ customId, reason });
  const component = flattenComponents(message.components ?? []).find(
    ({ custom_id }) => custom_id === customId,
  );
  if (!component) throw unusable('the message does not show it');
  if (component.disabled) throw unusable('it is disabled');
  const isSelect = selects.includes(component.type);
  if (isSelect !== (use === 'select')) throw unusable(isSelect ? 'it is a select' : 'it is a button');
  const { type, id = 0, min_values = 1, max_values = 1, options, channel_types } = component;
  return {
    type,
    id,
    custom_id: customId,
    min_values,
    max_values,
    ...(options ? { options } : {}),
    ...(channel_types ? { channel_types } : {}),
  };
}

/** `offerRefusal`: why a select that the platform fills doesn't offer a value. */
export function checkSelection(
  component: UsableComponent,
  values: readonly string[],
  offerRefusal: (value: string) => string | undefined,
): void {
  const { custom_id: customId, min_values: min, max_values: max, options } = component;
  const unusable = (reason: string) => playgroundErrors.PLAYGROUND_COMPONENT_UNUSABLE({ customId, reason });
  if (values.length < min || values.length > max) throw unusable(`it takes ${min} to ${max} values`);
  const stranger = values.find((value) => options && !options.some((option) => option.value === value));
  if (stranger !== undefined) throw unusable(`it has no option "${stranger}"`);
  if (new Set(values).size < values.length) throw unusable('a value is chosen twice');
  for (const value of options ? [] : values) {
    const reason = offerRefusal(value);
    if (reason) throw unusable(`it doesn't offer ${value}: ${reason}`);
  }
}
