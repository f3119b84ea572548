import type { CardBoard, CardPost } from '#contracts/cards.ts';

/** Channels with a memory for nonces. A channel is a guild's by its name, as in the bench: "channel-of-<guild>…". */
export class FakeCards implements CardBoard {
  readonly posts: (CardPost & { messageId: string })[] = [];
  /** Closed to the bot, and known to be so. */
  readonly closed = new Set<string>();
  /** Closed since a moment ago: only Discord knows. */
  readonly refusing = new Set<string>();
  /** Run before anything is posted; may throw. */
  beforePost: () => Promise<void> = async () => undefined;
  /** Run before an answer; may throw. */
  beforeAnswer: () => Promise<void> = async () => undefined;

  mayPost(guildId: string, channelId: string): boolean {
    return channelId.startsWith(`channel-of-${guildId}`) && !this.closed.has(channelId);
  }

  async post(card: CardPost): Promise<{ messageId: string } | undefined> {
    if (!this.mayPost(card.guildId, card.channelId) || this.refusing.has(card.channelId)) return undefined;
    await this.beforePost();
    const known = this.posts.find(
      ({ nonce, channelId }) => nonce === card.nonce && channelId === card.channelId,
    );
    const posted = known ?? { ...card, messageId: `message-${this.posts.length + 1}` };
    if (!known) this.posts.push(posted);
    await this.beforeAnswer();
    return { messageId: posted.messageId };
  }
}
