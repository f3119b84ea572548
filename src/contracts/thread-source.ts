import type { APIMessage } from 'discord-api-types/v10';

/** Offered by src/discord: reads a whole thread or channel for an archive. */
export interface ThreadSource {
  /** Oldest message first. Throws Discord's refusal as an error that people can read. */
  read(guildId: string, channelId: string, signal: AbortSignal): Promise<ThreadContent>;
}

export interface ThreadContent {
  guildId: string;
  guildName: string;
  channelId: string;
  /** The thread's name. */
  name: string;
  /** Name of the channel it belongs to. */
  parentName: string | undefined;
  messages: readonly APIMessage[];
  /** False: without the Message Content intent Discord leaves out what people wrote. */
  isContentAvailable: boolean;
  /** There were more messages than an archive holds. */
  isCut: boolean;
}

/** Most messages an archive holds; the newest are left out. */
export const threadMessagesMax = 10_000;
