import { DiscordAPIError, HTTPError, type RawFile, type REST } from 'discord.js';
import {
  type APIAllowedMentions,
  type APIApplicationCommandOptionChoice,
  type APIInteractionResponse,
  type APIMessage,
  type APIModalInteractionResponseCallbackData,
  InteractionResponseType,
  MessageFlags,
  RESTJSONErrorCodes,
  type RESTPostAPIChannelMessageJSONBody,
  Routes,
} from 'discord-api-types/v10';
import type { ReplyMode, View } from '#contracts/command.ts';
import { cutGraphemes } from '#core/text/inert.ts';
import { SentFiles, withoutFiles } from './view-files.ts';

/** Discord: the text of one message. */
const contentMax = 2_000;

/** Without this, Discord would parse mentions out of the text. */
const noMentions: APIAllowedMentions = { parse: [] };

/** What is needed of an interaction to answer it. */
export interface InteractionHandle {
  id: string;
  token: string;
  applicationId: string;
  /** The message of the control that was used. */
  messageId?: string | undefined;
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
  readonly #sent = new SentFiles();

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
    const { files, attachments } = this.#sent.plan(view.files);
    const data = {
      flags: MessageFlags.IsComponentsV2 | MessageFlags.Ephemeral,
      components: view.components,
      allowed_mentions: noMentions,
      ...(files.length > 0 ? { attachments } : {}),
    };
    return this.#callback(handle, { type: InteractionResponseType.ChannelMessageWithSource, data }, files);
  }

  /** Opens a form. Only as the very first answer. */
  form(handle: InteractionHandle, window: APIModalInteractionResponseCallbackData): Promise<void> {
    return this.#callback(handle, { type: InteractionResponseType.Modal, data: window });
  }

  /** `shownId`: the message behind `@original`, where it is known. */
  async edit(
    { applicationId, token }: InteractionHandle,
    view: View,
    { messageId = '@original', shownId }: { messageId?: string; shownId?: string | undefined } = {},
  ): Promise<MessageReference> {
    const known = messageId === '@original' ? shownId : messageId;
    return this.#shown(view, known, ({ body, files }) =>
      this.#rest.patch(Routes.webhookMessage(applicationId, token, messageId), {
        auth: false,
        body: { ...body, flags: MessageFlags.IsComponentsV2 },
        files,
      }),
    );
  }

  /** Changes a message of ours that everyone sees; it needs no interaction token. */
  async editInChannel(
    { id, channelId }: Pick<MessageReference, 'id' | 'channelId'>,
    view: View,
  ): Promise<void> {
    await this.#asFarAsAllowed(view, (allowed) =>
      this.#shown(allowed, id, ({ body, files }) =>
        this.#rest.patch(Routes.channelMessage(channelId, id), {
          body: { ...body, flags: MessageFlags.IsComponentsV2 },
          files,
        }),
      ),
    );
  }

  async deleteReply({ applicationId, token }: InteractionHandle): Promise<void> {
    await withoutToken(
      this.#rest.delete(Routes.webhookMessage(applicationId, token, '@original'), { auth: false }),
    );
  }

  /** A further reply. */
  followUp(
    { applicationId, token }: InteractionHandle,
    view: View,
    mode: ReplyMode = 'ephemeral',
  ): Promise<MessageReference> {
    const { IsComponentsV2, Ephemeral } = MessageFlags;
    const flags = mode === 'ephemeral' ? IsComponentsV2 | Ephemeral : IsComponentsV2;
    return this.#shown(view, undefined, ({ body, files }) =>
      this.#rest.post(Routes.webhook(applicationId, token), { auth: false, body: { ...body, flags }, files }),
    );
  }

  /** An ordinary message. With the same `nonce` within a few minutes Discord makes no second one. */
  async text(channelId: string, text: string, nonce: string): Promise<void> {
    await this.#message(channelId, { content: cutGraphemes(text, contentMax), nonce, enforce_nonce: true });
  }

  view(channelId: string, view: View, nonce: string): Promise<MessageReference> {
    return this.#asFarAsAllowed(view, (allowed) =>
      this.#shown(allowed, undefined, ({ body, files }) =>
        this.#rest.post(Routes.channelMessages(channelId), {
          body: { ...body, flags: MessageFlags.IsComponentsV2, nonce, enforce_nonce: true },
          files,
        }),
      ),
    );
  }

  /** Sends a view, and remembers which files its message has. `editedId`: a message that is changed. */
  async #shown(
    view: View,
    editedId: string | undefined,
    send: (request: { body: object; files: RawFile[] }) => Promise<unknown>,
  ): Promise<MessageReference> {
    const { files, attachments } = this.#sent.plan(view.files, editedId);
    const body = { components: view.components, allowed_mentions: noMentions, attachments };
    const message = (await withoutToken(send({ body, files }))) as APIMessage;
    this.#sent.shown(message.id, view.files, message.attachments);
    return referenceOf(message);
  }

  /** Where the bot may not attach files, the view is shown without them. */
  async #asFarAsAllowed<Answer>(view: View, send: (view: View) => Promise<Answer>): Promise<Answer> {
    try {
      return await send(view);
    } catch (error) {
      const isRefused =
        error instanceof DiscordAPIError && error.code === RESTJSONErrorCodes.MissingPermissions;
      if (!isRefused || !view.files?.length) throw error;
      return send(withoutFiles(view));
    }
  }

  #message(channelId: string, body: RESTPostAPIChannelMessageJSONBody): Promise<unknown> {
    return withoutToken(
      this.#rest.post(Routes.channelMessages(channelId), {
        body: { ...body, allowed_mentions: noMentions },
      }),
    );
  }

  async #callback(
    { id, token }: InteractionHandle,
    body: APIInteractionResponse,
    files: RawFile[] = [],
  ): Promise<void> {
    await withoutToken(this.#rest.post(Routes.interactionCallback(id, token), { auth: false, body, files }));
  }
}

function referenceOf({ id, channel_id: channelId, flags }: APIMessage): MessageReference {
  return { id, channelId, isEphemeral: ((flags ?? 0) & MessageFlags.Ephemeral) !== 0 };
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
