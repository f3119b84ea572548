import type { APIMessage } from 'discord-api-types/v10';
import { messageFlag } from './discord-types.ts';

const groupMaxMs = 5 * 60_000;

/** Whether a message stands under the one before without a head of its own. */
export function continuesGroup(before: APIMessage | undefined, message: APIMessage): boolean {
  return (
    before !== undefined &&
    before.author.id === message.author.id &&
    Date.parse(message.timestamp) - Date.parse(before.timestamp) < groupMaxMs &&
    message.interaction_metadata === undefined &&
    message.message_reference === undefined &&
    hasFlag(before, messageFlag.Ephemeral) === hasFlag(message, messageFlag.Ephemeral)
  );
}

export function hasFlag({ flags }: Pick<APIMessage, 'flags'>, flag: number): boolean {
  return ((flags ?? 0) & flag) !== 0;
}
