/** Messages with buttons that the hub itself posts in a channel and keeps up to date. */
export interface CardBoard {
  /** Whether the bot may write there, as far as known now. False for a channel of another guild. */
  mayPost(guildId: string, channelId: string): boolean;
  /**
   * Posts a panel of a command. A repetition with the same `nonce` within a few minutes makes no second message.
   * Undefined: the channel is gone or closed to the bot. Throws where the outcome is unknown, or where nothing could be
   * shown.
   */
  post(card: CardPost): Promise<{ messageId: string } | undefined>;
}

export interface CardPost {
  guildId: string;
  channelId: string;
  command: string;
  /** A name in `Command.panels`. */
  panel: string;
  subject: string;
  /** At most 25 characters. */
  nonce: string;
}
