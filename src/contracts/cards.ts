/** Messages that the hub itself puts into a channel, with buttons, and that follow what they show. */
export interface CardBoard {
  /** Whether the bot may write there, as far as is known now. False for a channel that isn't this guild's. */
  mayPost(guildId: string, channelId: string): boolean;
  /**
   * Shows a panel of a command. With the same `nonce` within a few minutes Discord makes no second message. Undefined:
   * the channel is gone or closed to the bot. Throws where nobody can tell, or where nothing could be shown.
   */
  post(card: CardPost): Promise<{ messageId: string } | undefined>;
}

export interface CardPost {
  guildId: string;
  channelId: string;
  command: string;
  /** Of `Command.panels`. */
  panel: string;
  subject: string;
  /** At most 25 characters. */
  nonce: string;
}
