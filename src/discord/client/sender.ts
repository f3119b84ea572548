import { DiscordAPIError, HTTPError, type REST } from 'discord.js';
import {
  type APIAllowedMentions,
  type APIApplicationCommandOptionChoice,
  type APIInteractionResponse,
  type APIMessage,
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  MessageFlags,
  type RESTPostAPIChannelMessageJSONBody,
  Routes,
} from 'discord-api-types/v10';
import type { ReplyMode, View } from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';

/** Discord: the text of one message. */
const contentMax = 2_000;

/** Without this, Discord would parse mentions out of the text. */
const noMentions: APIAllowedMentions = { parse: [] };

/** What is needed of an interaction to answer it. */
export interface InteractionHandle {
  id: string;
  token: string;
  applicationId: string;
}

/** The place of a posted message. */
export interface MessageReference {
  id: string;
  channelId: string;
  /** Only the asker sees it: it can be changed only through its interaction. */
  isEphemeral: boolean;
}

/** Everything this hub posts in Discord passes here, so that nothing can ever mention anybody. */
export class Sender {
  readonly #rest: Pick<REST, 'post' | 'patch' | 'delete'>;

  constructor(components: { rest: Pick<REST, 'post' | 'patch' | 'delete'> }) {
    this.#rest = components.rest;
  }

  /** "… is thinking": a reply follows by `edit`. */
  deferReply(handle: InteractionHandle, ephemeral: boolean): Promise<void> {
    return this.#callback(handle, {
      type: InteractionResponseType.DeferredChannelMessageWithSource,
      // A deferral may carry nothing but this flag.
      data: ephemeral ? { flags: MessageFlags.Ephemeral } : {},
    });
  }

  /** Acknowledges a click; the message changes by `edit`. */
  deferUpdate(handle: InteractionHandle): Promise<void> {
    return this.#callback(handle, { type: InteractionResponseType.DeferredMessageUpdate });
  }

  choices(handle: InteractionHandle, choices: APIApplicationCommandOptionChoice[]): Promise<void> {
    return this.#callback(handle, {
      type: InteractionResponseType.ApplicationCommandAutocompleteResult,
      data: { choices },
    });
  }

  /** Answers immediately, to the asker alone. */
  reply(handle: InteractionHandle, view: View): Promise<void> {
    return this.#callback(handle, {
      type: InteractionResponseType.ChannelMessageWithSource,
      data: {
        flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral,
        components: view.components,
        allowed_mentions: noMentions,
      },
    });
  }

  /** Opens a form. Only as the very first answer. */
  form(handle: InteractionHandle, window: APIModalInteractionResponseCallbackData): Promise<void> {
    return this.#callback(handle, { type: InteractionResponseType.Modal, data: window });
  }

  async edit(
    { applicationId, token }: InteractionHandle,
    view: View,
    messageId = '@original',
  ): Promise<MessageReference> {
    const message = await withoutToken(
      this.#rest.patch(Routes.webhookMessage(applicationId, token, messageId), {
        auth: false,
        body: {
          flags: MessageFlags.IsComponentsV2,
          components: view.components,
          allowed_mentions: noMentions,
        },
      }),
    );
    return referenceOf(message);
  }

  /** Changes a message of ours that everyone sees; it needs no interaction token. */
  async editInChannel(
    { id, channelId }: Pick<MessageReference, 'id' | 'channelId'>,
    view: View,
  ): Promise<void> {
    await withoutToken(
      this.#rest.patch(Routes.channelMessage(channelId, id), {
        body: {
          flags: MessageFlags.IsComponentsV2,
          components: view.components,
          allowed_mentions: noMentions,
        },
      }),
    );
  }

  async deleteReply({ applicationId, token }: InteractionHandle): Promise<void> {
    await withoutToken(
      this.#rest.delete(Routes.webhookMessage(applicationId, token, '@original'), { auth: false }),
    );
  }

  /** A further reply. */
  async followUp(
    { applicationId, token }: InteractionHandle,
    view: View,
    mode: ReplyMode = 'ephemeral',
  ): Promise<MessageReference> {
    const message = await withoutToken(
      this.#rest.post(Routes.webhook(applicationId, token), {
        auth: false,
        body: {
          flags: MessageFlags.IsComponentsV2 | (mode === 'ephemeral' ? MessageFlags.Ephemeral : 0),
          components: view.components,
          allowed_mentions: noMentions,
        },
      }),
    );
    return referenceOf(message);
  }

  /** An ordinary message. With the same `nonce` within a few minutes Discord makes no second one. */
  async text(channelId: string, text: string, nonce: string): Promise<void> {
    await this.#message(channelId, { content: cutGraphemes(text, contentMax), nonce, enforce_nonce: true });
  }

  async view(channelId: string, view: View, nonce: string): Promise<MessageReference> {
    const message = await this.#message(channelId, {
      flags: MessageFlags.IsComponentsV2,
      components: view.components,
      nonce,
      enforce_nonce: true,
    });
    return referenceOf(message);
  }

  #message(channelId: string, body: RESTPostAPIChannelMessageJSONBody): Promise<unknown> {
    return withoutToken(
      this.#rest.post(Routes.channelMessages(channelId), {
        body: { ...body, allowed_mentions: noMentions },
      }),
    );
  }

  async #callback({ id, token }: InteractionHandle, body: APIInteractionResponse): Promise<void> {
    await withoutToken(this.#rest.post(Routes.interactionCallback(id, token), { auth: false, body }));
  }
}

function referenceOf(message: unknown): MessageReference {
  const { id, channel_id: channelId, flags = 0 } = message as APIMessage;
  return { id, channelId, isEphemeral: (flags & MessageFlags.Ephemeral) !== 0 };
}

/**
 * The address of a request contains the interaction's token, a secret for 15 minutes: it is removed, because errors go
 * into logs.
 */
async function withoutToken<Answer>(request: Promise<Answer>): Promise<Answer> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof DiscordAPIError || error instanceof HTTPError)
      error.url = error.url.replace(/(webhooks|interactions)\/(\d+)\/[^/?]+/, '$1/$2/[secret]');
    throw error;
  }
}
