import type { APIMessage } from 'discord-api-types/v10';

/** Custom ids of a message's buttons, by the name the view gave them. */
export function customIdsOf(message: APIMessage): Record<string, string> {
  const found = walk(message.components ?? []).flatMap((component) =>
    'custom_id' in component && typeof component.custom_id === 'string' ? [component.custom_id] : [],
  );
  return Object.fromEntries(found.map((customId) => [customId.split('.')[2] ?? '', customId]));
}

/** Every component of a message or view, nested ones included. */
export function walk(components: readonly object[]): object[] {
  return components.flatMap((component) => [
    component,
    ...('components' in component && Array.isArray(component.components) ? walk(component.components) : []),
    ...('accessory' in component && component.accessory ? [component.accessory as object] : []),
  ]);
}
