import { DiscordAPIError } from 'discord.js';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { ReplyMode, View } from '#contracts/command.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { InteractionHandle, Sender } from '../client/sender.ts';
import { tokenLifetimeMs, tokenMarginMs } from './limits.ts';
import { assertFits } from './view-limits.ts';

export interface ReplyComponents {
  sender: Sender;
  clock: Clock;
  logger: Logger;
}

type State = 'unanswered' | 'deferred-private' | 'deferred-public' | 'deferred-update' | 'shown';

/** The token is gone: expired, or somebody else (a second copy of the bot) has answered. */
const GONE: readonly (string | number)[] = [
  RESTJSONErrorCodes.UnknownInteraction,
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.InteractionHasAlreadyBeenAcknowledged,
];

export function replyTo(components: ReplyComponents, handle: InteractionHandle, channelId?: string): Reply {
  return new Reply(components, handle, channelId);
}

/** The life of one interaction's answer, from the acknowledgement to the view or the error. */
export class Reply {
  readonly #components: ReplyComponents;
  readonly #handle: InteractionHandle;
  readonly #channelId: string | undefined;
  readonly #receivedAtMs: number;
  #state: State = 'unanswered';

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

  async show(view: View): Promise<void> {
    assertFits(view);
    const answered =
      !this.#expired() && (await this.#quietly(() => this.#components.sender.edit(this.#handle, view)));
    if (!answered) await this.#showInChannel(view);
    this.#state = 'shown';
  }

  /** Errors are for the asker alone, whatever the reply mode. */
  async fail(view: View): Promise<void> {
    const { sender } = this.#components;
    await this.#quietly(async () => {
      if (this.#state === 'unanswered') return sender.reply(this.#handle, view);
      if (this.#state === 'deferred-private') return sender.edit(this.#handle, view);
      // A follow-up would fill the public "… is thinking" message, so that goes first.
      if (this.#state === 'deferred-public') await sender.deleteReply(this.#handle);
      return sender.followUp(this.#handle, view);
    });
  }

  /** After the token's end only an ordinary message can tell how long work ended. */
  async #showInChannel(view: View): Promise<void> {
    const { sender, logger } = this.#components;
    const nonce = this.#handle.id;
    if (!this.#expired() || !this.#channelId) return;
    try {
      if (this.#state === 'deferred-public') await sender.view(this.#channelId, view, nonce);
      // What was private stays private: the channel learns only that it is done.
      else
        await sender.text(
          this.#channelId,
          'A command that took long has finished. Run it again to see the state.',
          nonce,
        );
    } catch (error) {
      logger.warn({ err: error, channelId: this.#channelId }, 'late answer could not be posted');
    }
  }

  #expired(): boolean {
    return this.#components.clock.monotonicMs() - this.#receivedAtMs > tokenLifetimeMs - tokenMarginMs;
  }

  async #quietly(send: () => Promise<void>): Promise<boolean> {
    try {
      await send();
      return true;
    } catch (error) {
      if (!(error instanceof DiscordAPIError) || !GONE.includes(error.code)) throw error;
      this.#components.logger.warn(
        { interactionId: this.#handle.id, discordCode: error.code },
        'interaction can no longer be answered',
      );
      return false;
    }
  }
}
