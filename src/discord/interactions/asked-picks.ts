import type { APIInteractionDataResolved } from 'discord-api-types/v10';
import type { Picked } from '#contracts/command.ts';

/** What an interaction says about the ids in it. */
export type Resolved = Pick<APIInteractionDataResolved, 'channels' | 'members' | 'roles' | 'users'>;

/** Selected values with the names that the platform gives along. */
export function pickedOf(values: readonly string[], resolved: Resolved = {}): Picked[] {
  return values.map((value) => ({ value, name: nameOf(value, resolved) }));
}

function nameOf(id: string, { channels, members, roles, users }: Resolved): string {
  const user = users?.[id];
  const person = members?.[id]?.nick ?? user?.global_name ?? user?.username;
  return (channels?.[id]?.name ?? roles?.[id]?.name ?? person ?? id).normalize('NFC');
}
