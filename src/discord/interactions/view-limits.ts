import type { View } from '#contracts/command.ts';
import { discordErrors } from '../errors.ts';
import { componentsMax, componentTextMax } from './limits.ts';

/** Throws DISCORD_REPLY_TOO_LARGE for a view Discord would refuse. */
export function assertFits(view: View): void {
  const size = { components: 0, text: 0 };
  measure(view.components, size);
  if (size.components > componentsMax || size.text > componentTextMax)
    throw discordErrors.DISCORD_REPLY_TOO_LARGE();
}

function measure(components: readonly object[], size: { components: number; text: number }): void {
  for (const component of components) {
    size.components += 1;
    if ('content' in component && typeof component.content === 'string')
      size.text += component.content.length;
    if ('components' in component && Array.isArray(component.components)) measure(component.components, size);
    if ('accessory' in component && component.accessory) measure([component.accessory], size);
  }
}
