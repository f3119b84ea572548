/** Items that come within this time after a message join it. */
export const gatherMs = 3_600_000;
/** In one channel, within `gatherMs`. The last of them gathers everything else. */
export const messagesMax = 6;
/** The topic of that last one. */
export const everythingElse = '*';

export interface OpenCard {
  id: string;
  channelId: string;
  topic: string;
  openedAtMs: number;
}

/**
 * The message for a topic in a channel: an existing one, or the topic of a new one. No hour has more than `messagesMax`
 * of them, nor two about one topic.
 */
export function cardFor(
  { topic, channelId }: { topic: string; channelId: string },
  cards: readonly OpenCard[],
  nowMs: number,
): { known: OpenCard } | { newTopic: string } {
  const live = cards.filter((card) => card.channelId === channelId && nowMs - card.openedAtMs < gatherMs);
  const known =
    live.find((card) => card.topic === topic) ?? live.find((card) => card.topic === everythingElse);
  if (known) return { known };
  return { newTopic: live.length < messagesMax - 1 ? topic : everythingElse };
}
