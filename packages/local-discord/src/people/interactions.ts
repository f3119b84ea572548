/** The desk between people and bots: opens interactions, takes the bots' answers, enforces the platform's times. */
import { randomBytes } from 'node:crypto';
import {
  type APIInteractionResponse,
  type APIMessage,
  GatewayDispatchEvents,
  InteractionType,
  MessageFlags,
  MessageType,
  InteractionResponseType as R,
} from 'discord-api-types/v10';
import type { Announcer } from '../announcer.ts';
import type { PlaygroundEvent } from '../contract.ts';
import type { Gateway } from '../gateway/gateway.ts';
import { invalidForm, refusals } from '../refusal.ts';
import type { Timing } from '../timing.ts';
import type { UploadedFile } from '../world/attachments.ts';
import type { Composer, MessageBody } from '../world/compose-message.ts';
import type { Messages, StoredMessage } from '../world/messages.ts';
import type { Snowflakes } from '../world/snowflakes.ts';
import type { World } from '../world/world.ts';
import { playgroundErrors } from './errors.ts';
import type { Interaction } from './interaction.ts';
import { checkModal } from './modal-rules.ts';

const autocompleteChoicesMax = 25;

export interface InteractionsComponents {
  world: World;
  snowflakes: Snowflakes;
  messages: Messages;
  composer: Composer;
  announcer: Announcer;
  gateway: Gateway;
  timing: Timing;
  emit: (event: PlaygroundEvent) => void;
}

export interface Opening {
  type: InteractionType;
  botId: string;
  guildId: string;
  channelId: string;
  userId: string;
  source?: StoredMessage;
  commandName?: string;
  metadata?: (id: string) => APIMessage['interaction_metadata'];
  /** The INTERACTION_CREATE payload, given the fields that the desk makes. */
  payload: (made: { id: string; token: string }) => object;
}

export class Interactions {
  readonly #components: InteractionsComponents;
  readonly #byToken = new Map<string, Interaction>();

  constructor(components: InteractionsComponents) {
    this.#components = components;
  }

  get(interactionId: string): Interaction | undefined {
    return this.#byToken.values().find((interaction) => interaction.id === interactionId);
  }

  open(opening: Opening): Interaction {
    const { gateway, world, snowflakes, timing } = this.#components;
    const session = gateway.sessionFor(opening.botId, opening.guildId);
    if (!session) {
      throw playgroundErrors.PLAYGROUND_BOT_OFFLINE({ bot: world.mustUser(opening.botId).username });
    }
    const id = snowflakes.next();
    const { metadata, payload, ...facts } = opening;
    const interaction: Interaction = {
      ...facts,
      id,
      token: randomBytes(48).toString('base64url'),
      metadata: metadata?.(id),
      openedAtMs: Date.now(),
      state: 'sent',
      loading: false,
      ephemeral: false,
      watchers: new Set(),
    };
    this.#byToken.set(interaction.token, interaction);
    setTimeout(() => this.#fail(interaction), timing.firstResponseMs).unref();
    setTimeout(() => this.#byToken.delete(interaction.token), timing.tokenLifetimeMs).unref();
    this.#changed(interaction);
    session.dispatch(GatewayDispatchEvents.InteractionCreate, payload({ id, token: interaction.token }));
    return interaction;
  }

  /** The bot's first response. Throws refusals. */
  respond(
    id: string,
    token: string,
    response: APIInteractionResponse,
    files: readonly UploadedFile[],
  ): Interaction {
    const interaction = this.#byToken.get(token);
    if (!interaction || interaction.id !== id || interaction.state === 'failed')
      throw refusals.unknownInteraction();
    if (interaction.responseType !== undefined) throw refusals.alreadyAcknowledged();
    this.#checkFits(interaction, response.type);
    this.#apply(interaction, response, files);
    interaction.responseType = response.type;
    interaction.state =
      interaction.loading && response.type === R.DeferredChannelMessageWithSource ? 'thinking' : 'answered';
    this.#changed(interaction);
    return interaction;
  }

  /** For `/webhooks/{application}/{token}`: undefined when the token doesn't belong to an interaction. */
  answered(botId: string, token: string): Interaction | undefined {
    const interaction = this.#byToken.get(token);
    // An application has no webhook of its own: its tokens are those of interactions, and this one is over.
    if (!interaction && this.#components.world.bots.has(botId)) throw refusals.invalidWebhookToken();
    if (!interaction || interaction.botId !== botId) return undefined;
    if (interaction.responseType === undefined) throw refusals.unknownWebhook();
    return interaction;
  }

  followUp(interaction: Interaction, body: MessageBody, files: readonly UploadedFile[]): StoredMessage {
    // The first follow-up after a deferral replaces "thinking…".
    if (interaction.original && interaction.state === 'thinking') {
      this.edit(interaction, interaction.original, body, files);
      return interaction.original;
    }
    const ephemeral = ((body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
    const metadata = interaction.metadata ? { interaction_metadata: interaction.metadata } : {};
    const stored = this.#post(interaction, body, files, ephemeral, metadata);
    interaction.answer = stored;
    interaction.ephemeral = ephemeral;
    interaction.loading = false;
    this.#changed(interaction);
    return stored;
  }

  edit(
    interaction: Interaction,
    stored: StoredMessage,
    body: MessageBody,
    files: readonly UploadedFile[],
  ): void {
    const { world, composer, announcer } = this.#components;
    const guild = world.mustGuild(stored.guildId);
    const channel = guild.channels.get(stored.channelId);
    if (!channel) throw refusals.unknownChannel();
    const wasThinking = ((stored.message.flags ?? 0) & MessageFlags.Loading) !== 0;
    composer.edit(stored.message, { guild, channel, body, files });
    // A message that replaces "thinking…" is the answer, not an edit of one.
    if (wasThinking) stored.message.edited_timestamp = null;
    if (stored === interaction.original) {
      stored.message.flags = (stored.message.flags ?? 0) & ~MessageFlags.Loading;
      interaction.answer = stored;
      interaction.loading = false;
      interaction.state = 'answered';
    }
    announcer.messageEdited(stored);
    this.#changed(interaction);
  }

  remove(interaction: Interaction, stored: StoredMessage): void {
    this.#components.messages.remove(stored);
    this.#components.announcer.messageDeleted(stored);
    if (stored === interaction.answer) interaction.answer = undefined;
    if (stored === interaction.original)
      Object.assign(interaction, { original: undefined, loading: false, state: 'answered' });
    this.#changed(interaction);
  }

  #checkFits(interaction: Interaction, type: R): void {
    const fits =
      interaction.type === InteractionType.ApplicationCommandAutocomplete
        ? type === R.ApplicationCommandAutocompleteResult
        : type === R.ChannelMessageWithSource ||
          type === R.DeferredChannelMessageWithSource ||
          (type === R.Modal && interaction.type !== InteractionType.ModalSubmit) ||
          ((type === R.UpdateMessage || type === R.DeferredMessageUpdate) &&
            interaction.source !== undefined);
    if (!fits) {
      const message = `Response type ${type} cannot answer an interaction of type ${interaction.type}`;
      throw invalidForm('type', 'INTERACTION_TYPE_INVALID', message);
    }
  }

  #apply(interaction: Interaction, response: APIInteractionResponse, files: readonly UploadedFile[]): void {
    switch (response.type) {
      case R.ChannelMessageWithSource: {
        const body: MessageBody = response.data;
        interaction.ephemeral = ((body.flags ?? 0) & MessageFlags.Ephemeral) !== 0;
        interaction.original = this.#post(
          interaction,
          body,
          files,
          interaction.ephemeral,
          this.#originalFields(interaction),
        );
        interaction.answer = interaction.original;
        return;
      }
      case R.DeferredChannelMessageWithSource:
        this.#defer(interaction, response.data?.flags ?? 0);
        return;
      case R.DeferredMessageUpdate:
        interaction.original = interaction.answer = interaction.source;
        interaction.ephemeral = interaction.source?.viewerId !== undefined;
        interaction.loading = true;
        return;
      case R.UpdateMessage:
        interaction.original = interaction.source;
        interaction.ephemeral = interaction.source?.viewerId !== undefined;
        if (interaction.source) this.edit(interaction, interaction.source, response.data ?? {}, files);
        return;
      case R.ApplicationCommandAutocompleteResult:
        interaction.choices = response.data.choices ?? [];
        if (interaction.choices.length > autocompleteChoicesMax) {
          throw invalidForm('data.choices', 'BASE_TYPE_MAX_LENGTH', 'Must be 25 or fewer in length.');
        }
        return;
      case R.Modal: {
        checkModal(response.data);
        interaction.modal = response.data;
        const { guildId, userId, id: interactionId } = interaction;
        this.#components.emit({ type: 'modal', guildId, userId, interactionId, modal: response.data });
        return;
      }
      default:
        throw invalidForm('type', 'UNION_TYPE_CHOICES', 'Value of field "type" is not supported.');
    }
  }

  #defer(interaction: Interaction, flags: number): void {
    if (flags & ~MessageFlags.Ephemeral) {
      const message = 'Only the EPHEMERAL flag can be set on a deferred response.';
      throw invalidForm('data.flags', 'MESSAGE_FLAGS_INVALID', message);
    }
    interaction.ephemeral = (flags & MessageFlags.Ephemeral) !== 0;
    interaction.loading = true;
    const fields = {
      ...this.#originalFields(interaction),
      flags: flags | MessageFlags.Loading,
    };
    // "thinking…" is the only message that may be empty: composed with a text that is removed again.
    const extra = { ...fields, content: '' };
    interaction.original = this.#post(interaction, { content: '…' }, [], interaction.ephemeral, extra);
    interaction.answer = interaction.original;
  }

  #post(
    interaction: Interaction,
    body: MessageBody,
    files: readonly UploadedFile[],
    ephemeral: boolean,
    extra: Partial<APIMessage>,
  ): StoredMessage {
    const { world, composer, messages, announcer } = this.#components;
    const { guildId, channelId, botId, userId, id: interactionId } = interaction;
    const guild = world.mustGuild(guildId);
    const channel = guild.channels.get(channelId);
    if (!channel) throw refusals.unknownChannel();
    const message = composer.compose({
      guild,
      channel,
      author: world.mustUser(botId),
      body,
      files,
      extra: { application_id: botId, webhook_id: botId, ...extra },
    });
    const viewer = ephemeral ? { viewerId: userId } : {};
    const stored = messages.add({ message, guildId, channelId, interactionId, ...viewer });
    if (!ephemeral) channel.lastMessageId = message.id;
    announcer.messageCreated(stored);
    return stored;
  }

  #originalFields(interaction: Interaction): Partial<APIMessage> {
    const type =
      interaction.type === InteractionType.ApplicationCommand
        ? MessageType.ChatInputCommand
        : MessageType.Reply;
    const { id, commandName, metadata } = interaction;
    const user = this.#components.world.mustUser(interaction.userId);
    return {
      type,
      ...(metadata ? { interaction_metadata: metadata } : {}),
      ...(commandName ? { interaction: { id, type: interaction.type, name: commandName, user } } : {}),
    };
  }

  #fail(interaction: Interaction): void {
    if (interaction.responseType !== undefined) return;
    interaction.state = 'failed';
    this.#changed(interaction);
  }

  #changed(interaction: Interaction): void {
    for (const look of [...interaction.watchers]) look();
    const { guildId, userId, id: interactionId, state } = interaction;
    this.#components.emit({ type: 'interaction', guildId, userId, interactionId, state });
  }
}
