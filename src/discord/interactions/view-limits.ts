import type { View } from '#contracts/command.ts';
import { discordErrors } from '../errors.ts';
import { componentsMax, componentTextMax, viewFileBytesMax, viewFilesMax } from './limits.ts';

const fileName = /^[A-Za-z0-9][\w-]*(\.[\w-]+)*$/;
const reference = /^attachment:\/\/(.+)$/;

/** Throws DISCORD_REPLY_TOO_LARGE for a view Discord would refuse. */
export function assertFits(view: View): void {
  const size = { components: 0, text: 0 };
  measure(view.components, size);
  if (size.components > componentsMax || size.text > componentTextMax)
    throw discordErrors.DISCORD_REPLY_TOO_LARGE();
  const { files = [] } = view;
  if (files.length > viewFilesMax || files.some(({ bytes }) => bytes.byteLength > viewFileBytesMax))
    throw discordErrors.DISCORD_REPLY_TOO_LARGE();
  assertShown(view);
}

/** Files and what shows them belong together: Discord refuses a name that no file has, and hides a file that nothing shows. */
function assertShown({ components, files = [] }: View): void {
  const names = files.map(({ name }) => name);
  const shown = new Set(referencesIn(components));
  const missing = [...shown].filter((name) => !names.includes(name));
  const hidden = names.filter((name) => !shown.has(name));
  const bad = names.filter((name, index) => !fileName.test(name) || names.indexOf(name) !== index);
  const wrong = [...missing, ...hidden, ...bad];
  if (wrong.length > 0) throw new Error(`files of a view don’t fit what it shows: ${wrong.join(', ')}`);
}

function referencesIn(value: unknown): string[] {
  if (typeof value === 'string') {
    const name = reference.exec(value)?.[1];
    return name === undefined ? [] : [name];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => (key === 'content' ? [] : referencesIn(part)));
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
