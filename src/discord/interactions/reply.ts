import { DiscordAPIError } from 'discord.js';
import { type APIComponentInMessageActionRow, RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { Form, ReplyMode, View } from '#contracts/command.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { InteractionHandle, MessageReference, Sender } from '../client/sender.ts';
import { withControl } from './error-view.ts';
import { formWindow } from './form-window.ts';
import { tokenLifetimeMs, tokenMarginMs } from './limits.ts';
import { assertFits } from './view-limits.ts';

export interface ReplyComponents {
  sender: Sender;
  clock: Clock;
  logger: Logger;
}

type State = 'unanswered' | 'deferred-private' | 'deferred-public' | 'deferred-update' | 'shown';

/** A message that was shown, and how to change it later. */
export interface Shown {
  id: string;
  channelId: string;
  isEphemeral: boolean;
  /** Throws when it can't be reached any more. */
  edit(view: View): Promise<void>;
}

/** The token is gone: expired, or another process (a second copy of the bot) has answered. */
const goneCodes: readonly (string | number)[] = [
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
];

export function replyTo(components: ReplyComponents, handle: InteractionHandle, channelId?: string): Reply {
  return new Reply(components, handle, channelId);
}

/** The lifecycle of one interaction's answer, from the acknowledgement to the view or the error. */
export class Reply {
  readonly #components: ReplyComponents;
  readonly #handle: InteractionHandle;
  readonly #channelId: string | undefined;
  readonly #receivedAtMs: number;
  #state: State = 'unanswered';
  #control: APIComponentInMessageActionRow | undefined;

  constructor(components: ReplyComponents, handle: InteractionHandle, channelId: string | undefined) {
    this.#components = components;
    this.#handle = handle;
    this.#channelId = channelId;
    this.#receivedAtMs = components.clock.monotonicMs();
  }

  /** False when the interaction can no longer be answered: then nothing may be done for it. */
  async defer(mode: ReplyMode): Promise<boolean> {
    this.#state = mode === 'ephemeral' ? 'deferred-private' : 'deferred-public';
    return this.#quietly(() => this.#components.sender.deferReply(this.#handle, mode === 'ephemeral'));
  }

  async deferUpdate(): Promise<boolean> {
    this.#state = 'deferred-update';
    return this.#quietly(() => this.#components.sender.deferUpdate(this.#handle));
  }

  /** Opens a form instead of answering. */
  async ask(form: Form, customId: string): Promise<boolean> {
    const window = formWindow(form, customId);
    return this.#quietly(() => this.#components.sender.form(this.#handle, window));
  }

  /** Shown in the answer's place until the answer comes. Nothing depends on its being seen. */
  async meanwhile(view: View): Promise<void> {
    try {
      assertFits(view);
      await this.#components.sender.edit(this.#handle, view, this.#original());
    } catch (error) {
      this.#components.logger.warn({ err: error, interactionId: this.#handle.id }, 'nothing shown meanwhile');
    }
  }

  /** Undefined when it couldn't be shown to anybody any more. */
  async show(view: View): Promise<Shown | undefined> {
    assertFits(view);
    let message: MessageReference | undefined;
    if (!this.#expired())
      await this.#quietly(async () => {
        message = await this.#components.sender.edit(this.#handle, view, this.#original());
      });
    message ??= await this.#showInChannel(view);
    this.#state = 'shown';
    return message && this.#shown(message);
  }

  /** A second message, which everyone sees. */
  async announce(view: View): Promise<Shown | undefined> {
    assertFits(view);
    let message: MessageReference | undefined;
    await this.#quietly(async () => {
      message = await this.#components.sender.followUp(this.#handle, view, 'public');
    });
    return message && this.#shown(message);
  }

  /** Errors shown from now on have this button or select. */
  offer(control: APIComponentInMessageActionRow): void {
    this.#control = control;
  }

  /** Only the asker sees errors, whatever the reply mode. */
  async fail(error: View): Promise<void> {
    const { sender } = this.#components;
    const view = this.#control === undefined ? error : withControl(error, this.#control);
    await this.#quietly(async () => {
      if (this.#state === 'unanswered') return sender.reply(this.#handle, view);
      if (this.#state === 'deferred-private') return void (await sender.edit(this.#handle, view));
      // A follow-up would fill the public "… is thinking" message, so that is deleted first.
      if (this.#state === 'deferred-public') await sender.deleteReply(this.#handle);
      await sender.followUp(this.#handle, view);
    });
  }

  /** After the token's end only an ordinary message can report the end of long work. */
  async #showInChannel(view: View): Promise<MessageReference | undefined> {
    const { sender, logger } = this.#components;
    const nonce = this.#handle.id;
    if (!this.#expired() || !this.#channelId) return undefined;
    try {
      if (this.#state === 'deferred-public') return await sender.view(this.#channelId, view, nonce);
      // What was private stays private: the channel learns only that it is done.
      await sender.text(
        this.#channelId,
        'A command that took long has finished. Run it again to see the state.',
        nonce,
      );
    } catch (error) {
      logger.warn({ err: error, channelId: this.#channelId }, 'late answer could not be posted');
    }
    return undefined;
  }

  /**
   * Through the interaction's token while it is valid, which needs no permission. Then as the channel's message, if
   * everyone sees it.
   */
  #shown(message: MessageReference): Shown {
    const { sender } = this.#components;
    return {
      ...message,
      edit: async (view) => {
        if (this.#expired()) await sender.editInChannel(message, view);
        else await sender.edit(this.#handle, view, { messageId: message.id });
      },
    };
  }

  /** An update changes the message of the control. */
  #original(): { shownId?: string | undefined } {
    return this.#state === 'deferred-update' ? { shownId: this.#handle.messageId } : {};
  }

  #expired(): boolean {
    return this.#components.clock.monotonicMs() - this.#receivedAtMs > tokenLifetimeMs - tokenMarginMs;
  }

  async #quietly(send: () => Promise<void>): Promise<boolean> {
    try {
      await send();
      return true;
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || !goneCodes.includes(error.code)) throw error;
      this.#components.logger.warn(
        { interactionId: this.#handle.id, discordCode: error.code },
        'interaction can no longer be answered',
      );
      return false;
    }
  }
}
