/** A person in one guild, doing what Discord's client lets them do. */
import {
  type APIApplicationCommandOptionChoice,
  type APIAttachment,
  type APIMessage,
  type APIModalSubmitInteractionMetadata,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ChannelType,
  InteractionType,
  PermissionFlagsBits as P,
} from 'discord-api-types/v10';
import type { Answer, MemberFile, MemberSession } from '../contract.ts';
import type { Platform } from '../platform.ts';
import type { Listener } from '../voice/contract.ts';
import { mayUse } from '../world/commands.ts';
import { messageFor, type StoredMessage } from '../world/messages.ts';
import { channelPermissions, guildPermissions, has } from '../world/permissions.ts';
import { postMessage } from '../world/post-message.ts';
import type { ChannelRecord, GuildRecord } from '../world/records.ts';
import type { WireCommand } from '../world/wire-command.ts';
import { answerTo, firstResponse } from './answer.ts';
import { checkSelection, findComponent, type UsableComponent } from './component-use.ts';
import { playgroundErrors } from './errors.ts';
import type { Interaction } from './interaction.ts';
import {
  commandData,
  messageCommandData,
  payloadBase,
  resolveChosen,
  resolveIds,
  type Whereabouts,
} from './interaction-payload.ts';
import type { Opening } from './interactions.ts';
import { fillModal, type ModalValues, modalFields } from './modal-fields.ts';
import { uploadsOf } from './modal-uploads.ts';
import { type FilledSelect, offerRefusal } from './select-offer.ts';
import { fullName, withAttachmentIds } from './sent-options.ts';
import { type ReadCommand, readTypedCommand } from './typed-command.ts';

interface RunOptions {
  channelId?: string;
  attachments?: readonly MemberFile[];
}

export function createMemberSession(platform: Platform, guild: GuildRecord, userId: string): MemberSession {
  return new PersonInGuild(platform, guild, userId);
}

class PersonInGuild implements MemberSession {
  readonly userId: string;
  readonly guildId: string;
  readonly #platform: Platform;
  readonly #guild: GuildRecord;

  constructor(platform: Platform, guild: GuildRecord, userId: string) {
    this.#platform = platform;
    this.#guild = guild;
    this.userId = userId;
    this.guildId = guild.id;
  }

  async run(typed: string, options: RunOptions = {}): Promise<Answer> {
    const channel = this.#commandChannel(options.channelId);
    const files = options.attachments ?? [];
    const fileNames = files.map(({ name }) => name);
    const read = this.#read(typed, fileNames, false);
    const attachments = this.#upload(channel, files);
    const sent = withAttachmentIds(read.options, (name) => attachments[fileNames.indexOf(name)]?.id);
    return this.#runCommand(read.command, channel, (where) =>
      commandData(where, read.command, sent, attachments),
    );
  }

  async autocomplete(
    typed: string,
    options: { channelId?: string } = {},
  ): Promise<APIApplicationCommandOptionChoice[]> {
    const channel = this.#commandChannel(options.channelId);
    const read = this.#read(typed, [], true);
    const where = this.#where(channel, read.command.application_id);
    const interaction = this.#open(where, InteractionType.ApplicationCommandAutocomplete, {
      data: commandData(where, read.command, read.options, []),
    });
    await firstResponse(interaction, this.#answerInit(where.botId));
    return interaction.choices ?? [];
  }

  async click(messageId: string, customId: string): Promise<Answer> {
    const stored = this.#message(messageId);
    const component = findComponent(stored.message, customId, 'click');
    return this.#useComponent(stored, component, {});
  }

  async select(messageId: string, customId: string, values: string[]): Promise<Answer> {
    const stored = this.#message(messageId);
    const component = findComponent(stored.message, customId, 'select');
    const where = this.#whereOf(stored);
    checkSelection(component, values, (id) => offerRefusal(component, id, where));
    const resolved = component.options ? {} : resolveIds(where, values);
    return this.#useComponent(stored, component, { values, ...(component.options ? {} : { resolved }) });
  }

  async submitModal(
    interactionId: string,
    values: ModalValues,
    files: Readonly<Record<string, readonly MemberFile[]>> = {},
  ): Promise<Answer> {
    const opener = this.#platform.interactions.get(interactionId);
    if (!opener?.modal || opener.userId !== this.userId) {
      throw playgroundErrors.PLAYGROUND_MODAL_INVALID({ reason: 'this interaction opened no form for you' });
    }
    const channel = this.#channel(opener.channelId);
    const where = this.#where(channel, opener.botId);
    const fields = modalFields(opener.modal.components);
    const uploaded = uploadsOf(fields, files, (given) => this.#upload(channel, given));
    const offers = { refusal: (select: FilledSelect, id: string) => offerRefusal(select, id, where) };
    const components = fillModal(opener.modal, { ...values, ...uploaded.values }, offers);
    const resolved = resolveChosen(where, components, uploaded.attachments);
    const trigger = triggerOf(opener);
    const interaction = this.#open(where, InteractionType.ModalSubmit, {
      data: { custom_id: opener.modal.custom_id, components, ...resolved },
      source: opener.source,
      metadata: (id) => ({
        ...this.#metadata(id, InteractionType.ModalSubmit),
        ...trigger,
      }),
    });
    return answerTo(interaction, this.#answerInit(where.botId));
  }

  async runOnMessage(commandName: string, messageId: string): Promise<Answer> {
    const stored = this.#message(messageId);
    const command = this.#commands().find(
      ({ name, type }) => name === commandName && type === ApplicationCommandType.Message,
    );
    if (!command) throw this.#unknownCommand(commandName);
    const channel = this.#commandChannel(stored.channelId);
    return this.#runCommand(command, channel, (where) => messageCommandData(where, command, stored), {
      target_message_id: stored.message.id,
    });
  }

  async say(channelId: string, content: string): Promise<APIMessage> {
    const channel = this.#channel(channelId);
    const permissions = channelPermissions(this.#guild, this.userId, channel);
    const send = channel.thread ? P.SendMessagesInThreads : P.SendMessages;
    if (!has(permissions, P.ViewChannel | send)) throw this.#forbidden(channelId, 'Send Messages');
    const author = this.#platform.world.mustUser(this.userId);
    const stored = postMessage(
      this.#platform,
      { guild: this.#guild, channel, permissions },
      author,
      { content },
      [],
    );
    return structuredClone(stored.message);
  }

  async listen(channelId: string): Promise<Listener> {
    return this.#platform.voiceDesk.listen(this.#guild, this.userId, this.#channel(channelId));
  }

  #read(typed: string, attachmentNames: readonly string[], forAutocomplete: boolean): ReadCommand {
    const context = { world: this.#platform.world, guild: this.#guild, attachmentNames };
    return readTypedCommand(typed, this.#commands(), context, { forAutocomplete });
  }

  /** Commands offered to this member; guild commands take precedence over global ones of the same name. */
  #commands(): WireCommand[] {
    const permissions = guildPermissions(this.#guild, this.userId);
    return [...this.#guild.botIds]
      .flatMap((botId) => this.#platform.commands.inGuild(botId, this.guildId))
      .filter((command) => mayUse(command, permissions));
  }

  #runCommand(
    command: WireCommand,
    channel: ChannelRecord,
    data: (where: Whereabouts) => object,
    metadata: { target_message_id?: string } = {},
  ): Promise<Answer> {
    const where = this.#where(channel, command.application_id);
    const sent = data(where);
    const interaction = this.#open(where, InteractionType.ApplicationCommand, {
      data: sent,
      commandName: fullName(command.name, sent),
      metadata: (id) => ({ ...this.#metadata(id, InteractionType.ApplicationCommand), ...metadata }),
    });
    return answerTo(interaction, this.#answerInit(where.botId));
  }

  #useComponent(stored: StoredMessage, component: UsableComponent, extra: object): Promise<Answer> {
    const where = this.#whereOf(stored);
    const { custom_id, type: component_type, id } = component;
    const interaction = this.#open(where, InteractionType.MessageComponent, {
      data: { custom_id, component_type, id, ...extra },
      source: stored,
      metadata: (made) => ({
        ...this.#metadata(made, InteractionType.MessageComponent),
        interacted_message_id: stored.message.id,
      }),
    });
    return answerTo(interaction, this.#answerInit(where.botId));
  }

  #open(
    where: Whereabouts,
    type: InteractionType,
    init: {
      data: object;
      commandName?: string;
      source?: StoredMessage | undefined;
      metadata?: Opening['metadata'];
    },
  ): Interaction {
    const { source, metadata, commandName, data } = init;
    const message = source ? { message: messageFor(source, where.botId) } : {};
    return this.#platform.interactions.open({
      type,
      botId: where.botId,
      guildId: this.guildId,
      channelId: where.channel.id,
      userId: this.userId,
      ...(source ? { source } : {}),
      ...(commandName ? { commandName } : {}),
      ...(metadata ? { metadata } : {}),
      payload: (made) => ({ ...payloadBase(where, made, type, data), ...message }),
    });
  }

  #metadata<const Type extends InteractionType>(id: string, type: Type) {
    const user = this.#platform.world.mustUser(this.userId);
    const owners = { [ApplicationIntegrationType.GuildInstall]: this.guildId };
    return { id, type, user, authorizing_integration_owners: owners };
  }

  #answerInit(botId: string): { botName: string; firstResponseMs: number } {
    const { world, timing } = this.#platform;
    return { botName: world.mustUser(botId).username, firstResponseMs: timing.firstResponseMs };
  }

  #where(channel: ChannelRecord, botId: string): Whereabouts {
    return { world: this.#platform.world, guild: this.#guild, channel, userId: this.userId, botId };
  }

  #whereOf(stored: StoredMessage): Whereabouts {
    const botId = stored.message.application_id ?? stored.message.author.id;
    return this.#where(this.#channel(stored.channelId), botId);
  }

  #message(messageId: string): StoredMessage {
    const stored = this.#platform.messages.find(messageId);
    const visible = stored?.guildId === this.guildId && (stored.viewerId ?? this.userId) === this.userId;
    if (!stored || !visible) {
      throw playgroundErrors.PLAYGROUND_COMPONENT_UNUSABLE({
        customId: messageId,
        reason: 'there is no such message',
      });
    }
    return stored;
  }

  #channel(channelId: string): ChannelRecord {
    const channel = this.#guild.channels.get(channelId);
    const permissions = channel ? channelPermissions(this.#guild, this.userId, channel) : 0n;
    if (!channel || !has(permissions, P.ViewChannel)) throw this.#forbidden(channelId, 'View Channel');
    return channel;
  }

  /** By default the first text channel where the member may use commands. */
  #commandChannel(channelId: string | undefined): ChannelRecord {
    const mayHere = (channel: ChannelRecord) =>
      has(channelPermissions(this.#guild, this.userId, channel), P.ViewChannel | P.UseApplicationCommands);
    if (channelId === undefined) {
      const channels = [...this.#guild.channels.values()];
      const first = channels.find((channel) => channel.type === ChannelType.GuildText && mayHere(channel));
      if (!first) throw this.#forbidden('any text channel', 'Use Application Commands');
      return first;
    }
    const channel = this.#channel(channelId);
    if (!mayHere(channel)) throw this.#forbidden(channelId, 'Use Application Commands');
    return channel;
  }

  #upload(channel: ChannelRecord, files: readonly MemberFile[]): APIAttachment[] {
    return files.map(({ name, bytes }) => ({
      ...this.#platform.attachments.store(channel.id, {
        name,
        bytes,
        contentType: 'application/octet-stream',
      }),
      ephemeral: true,
    }));
  }

  #unknownCommand(typed: string): Error {
    return playgroundErrors.PLAYGROUND_COMMAND_UNKNOWN({
      typed,
      known: this.#commands().map(({ name }) => name),
    });
  }

  #forbidden(channelId: string, missing: string): Error {
    return playgroundErrors.PLAYGROUND_FORBIDDEN({ channelId, missing });
  }
}

/** A form is opened by a command or a component, never by another form. */
function triggerOf({
  metadata,
}: Interaction): Pick<APIModalSubmitInteractionMetadata, 'triggering_interaction_metadata'> {
  if (!metadata || metadata.type === InteractionType.ModalSubmit) {
    throw playgroundErrors.PLAYGROUND_MODAL_INVALID({ reason: 'nothing that opens a form opened it' });
  }
  return { triggering_interaction_metadata: metadata };
}
