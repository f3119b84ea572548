import type { APIMessage, APIReaction } from 'discord-api-types/v10';

/** Kept per channel; the oldest go first. */
const messagesPerChannelMax = 1_000;

export interface StoredMessage {
  message: APIMessage;
  guildId: string;
  channelId: string;
  /** Set for an ephemeral message: the only one who sees it. */
  viewerId?: string;
  /** The interaction whose token may edit it. */
  interactionId?: string;
  /** Emoji key (`name` or `name:id`) to the users who reacted. */
  reactions: Map<string, Set<string>>;
}

export class Messages {
  readonly #channels = new Map<string, StoredMessage[]>();

  add(entry: Omit<StoredMessage, 'reactions'>): StoredMessage {
    const stored: StoredMessage = { ...entry, reactions: new Map() };
    const list = this.#channels.get(entry.channelId) ?? [];
    list.push(stored);
    if (list.length > messagesPerChannelMax) list.shift();
    this.#channels.set(entry.channelId, list);
    return stored;
  }

  /** Oldest first, ephemeral ones included. */
  in(channelId: string): readonly StoredMessage[] {
    return this.#channels.get(channelId) ?? [];
  }

  get(channelId: string, messageId: string): StoredMessage | undefined {
    return this.#channels.get(channelId)?.find((stored) => stored.message.id === messageId);
  }

  /** In any channel: people click by message id. */
  find(messageId: string): StoredMessage | undefined {
    for (const list of this.#channels.values()) {
      const stored = list.find((candidate) => candidate.message.id === messageId);
      if (stored) return stored;
    }
    return undefined;
  }

  remove(stored: StoredMessage): void {
    const list = this.#channels.get(stored.channelId);
    const index = list?.indexOf(stored) ?? -1;
    if (list && index >= 0) list.splice(index, 1);
  }

  removeChannel(channelId: string): void {
    this.#channels.delete(channelId);
  }
}

/** The message as one user gets it: reactions carry whether they are theirs. */
export function messageFor(stored: StoredMessage, userId: string | undefined): APIMessage {
  if (stored.reactions.size === 0) return stored.message;
  const reactions = [...stored.reactions].map(([key, users]): APIReaction => {
    const [name = '', id = null] = key.split(':');
    return {
      emoji: { id, name },
      count: users.size,
      count_details: { burst: 0, normal: users.size },
      burst_colors: [],
      me_burst: false,
      me: userId !== undefined && users.has(userId),
    };
  });
  return { ...stored.message, reactions };
}
