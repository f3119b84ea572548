import type { Playground } from '@guildmesh/local-discord/contract';

/** Counts the messages, seen by all or by one person, that hold a mark: by guild. */
export function countShown(playground: Playground, mark: string): Map<string, number> {
  const shown = new Map<string, number>();
  playground.subscribe((event) => {
    if (event.type !== 'message' && event.type !== 'message-edit') return;
    if (!JSON.stringify(event.message).includes(mark)) return;
    shown.set(event.guildId, (shown.get(event.guildId) ?? 0) + 1);
  });
  return shown;
}
