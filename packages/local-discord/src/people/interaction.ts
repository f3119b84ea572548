import type {
  APIApplicationCommandOptionChoice,
  APIMessage,
  APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  InteractionType,
} from 'discord-api-types/v10';
import type { InteractionState } from '../contract.ts';
import type { StoredMessage } from '../world/messages.ts';

/** One interaction from the click to the settled answer. */
export interface Interaction {
  readonly id: string;
  readonly token: string;
  readonly type: InteractionType;
  readonly botId: string;
  readonly guildId: string;
  readonly channelId: string;
  readonly userId: string;
  readonly openedAtMs: number;
  /** The message whose component was used. */
  readonly source?: StoredMessage;
  /** "node start": shown with the answer. */
  readonly commandName?: string;
  /** Goes into the messages that answer it. */
  readonly metadata: APIMessage['interaction_metadata'];
  state: InteractionState;
  responseType?: InteractionResponseType;
  /** `@original`: the reply, or the source message after an update. */
  original?: StoredMessage;
  /** What the person sees as the answer. */
  answer?: StoredMessage;
  /** Deferred, and neither edited nor followed up yet. */
  loading: boolean;
  ephemeral: boolean;
  modal?: APIModalInteractionResponseCallbackData;
  choices?: APIApplicationCommandOptionChoice[];
  /** Called after each change of the fields above. */
  readonly watchers: Set<() => void>;
}

/** Resolves when `ready` holds, checking after each change; rejects with `expired()` after `timeoutMs`. */
export function waitUntil(
  interaction: Interaction,
  ready: () => boolean,
  timeoutMs: number,
  expired: () => Error,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => finish(() => reject(expired())), timeoutMs);
    function finish(settle: () => void): void {
      clearTimeout(timer);
      interaction.watchers.delete(look);
      settle();
    }
    function look(): void {
      if (ready()) finish(resolve);
    }
    interaction.watchers.add(look);
    look();
  });
}
