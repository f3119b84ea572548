import type { APIInteraction } from 'discord-api-types/v10';
import type { Command, View } from '#contracts/command.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Sender } from '../client/sender.ts';
import { discordErrors } from '../errors.ts';
import type { Asked } from './asked.ts';
import { parseInteraction } from './asked.ts';
import { type Asker, type AskerInit, askerOf, type GuildFacts, userIdOf } from './asker.ts';
import { Autocompleter } from './autocompleter.ts';
import { type ContextComponents, ContextMaker } from './context.ts';
import { describeFailure } from './failure.ts';
import {
  commandBurstMax,
  commandDurationMaxMs,
  commandRefillMs,
  interactionsInFlightMax,
  seenInteractionsMax,
} from './limits.ts';
import { type Reply, replyTo } from './reply.ts';
import { UserLimiter } from './user-limiter.ts';

export interface RouterComponents extends ContextComponents {
  commands: readonly Command[];
  sender: Sender;
  facts: GuildFacts;
  clock: Clock;
  chance: Chance;
  logger: Logger;
}

/**
 * From an interaction to its answer: refuse strangers, acknowledge at once, run, show the view or the error.
 * `handle` never throws.
 */
export class Router {
  readonly #components: RouterComponents;
  readonly #init: AskerInit;
  readonly #byName: ReadonlyMap<string, Command>;
  readonly #contexts: ContextMaker;
  readonly #autocompleter: Autocompleter;
  readonly #limiter: UserLimiter;
  readonly #inFlight = new Set<Promise<void>>();
  /** Oldest first. */
  readonly #seen = new Set<string>();
  readonly #stopped = new AbortController();
  #draining = false;

  constructor(components: RouterComponents, init: AskerInit) {
    this.#components = components;
    this.#init = init;
    this.#byName = new Map(components.commands.map((command) => [command.definition.name, command]));
    this.#contexts = new ContextMaker(components);
    this.#autocompleter = new Autocompleter(components);
    this.#limiter = new UserLimiter(components, { burstMax: commandBurstMax, refillMs: commandRefillMs });
  }

  handle(interaction: APIInteraction): Promise<void> {
    // A resumed gateway session may deliver an interaction again.
    if (!this.#firstSight(interaction.id)) return Promise.resolve();
    const work = this.#handle(interaction).catch((error: unknown) =>
      this.#components.logger.error(
        { err: error, interactionId: interaction.id },
        'interaction was not answered',
      ),
    );
    this.#inFlight.add(work);
    return work.finally(() => this.#inFlight.delete(work));
  }

  /** Refuses new work and waits for what is in hand. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.all(this.#inFlight);
  }

  /** Cuts short what is still in hand. */
  stop(): void {
    this.#draining = true;
    this.#stopped.abort(new Error('the hub is stopping'));
  }

  async #handle(interaction: APIInteraction): Promise<void> {
    const asked = parseInteraction(interaction);
    if (asked.kind === 'autocomplete') return this.#complete(interaction, asked);
    const reply = replyTo(this.#components, asked.handle, interaction.channel?.id);
    try {
      const asker = this.#admit(interaction);
      if (asked.kind === 'command') await this.#runCommand(asked, asker, reply);
      else if (asked.kind === 'control') await this.#runControl(asked, asker, reply);
      else throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: 'unknown' });
    } catch (error) {
      await reply.fail(describeFailure(this.#components, error, interaction));
    }
  }

  #admit(interaction: APIInteraction): Asker {
    if (this.#draining) throw discordErrors.DISCORD_STOPPING();
    const asker = askerOf(interaction, this.#components.facts, this.#init);
    if (this.#inFlight.size >= interactionsInFlightMax) throw discordErrors.DISCORD_BUSY();
    const waitMs = this.#limiter.take(asker.actor.userId);
    if (waitMs > 0) throw discordErrors.DISCORD_TOO_FAST({ waitMs });
    return asker;
  }

  async #runCommand(asked: Extract<Asked, { kind: 'command' }>, asker: Asker, reply: Reply): Promise<void> {
    const command = this.#byName.get(asked.command);
    if (!command) throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: asked.command });
    const mode = typeof command.replyMode === 'function' ? command.replyMode(asked.input) : command.replyMode;
    if (!(await reply.defer(mode))) return;
    const view = await this.#inTime((signal) => {
      const names = { command: asked.command, originId: asked.handle.id, idempotencyKey: asked.handle.id };
      return command.run(this.#contexts.make(asker, { ...names, signal }), asked.input);
    });
    await reply.show(view);
  }

  async #runControl(asked: Extract<Asked, { kind: 'control' }>, asker: Asker, reply: Reply): Promise<void> {
    const { clock } = this.#components;
    const binding = { userId: asker.actor.userId, originId: asked.originId };
    const control = this.#contexts.codec.decode(asked.customId, binding, clock.nowMs());
    const handler = this.#byName.get(control.command)?.components?.[control.name];
    if (!handler) throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: control.command });
    if (!(await (handler.mode === 'update' ? reply.deferUpdate() : reply.defer('ephemeral')))) return;
    const originId = handler.mode === 'update' ? asked.originId : asked.handle.id;
    const view = await this.#inTime((signal) => {
      // The key is the control's, not the click's: clicking twice acts once.
      const names = { command: control.command, originId, idempotencyKey: control.key };
      return handler.run(this.#contexts.make(asker, { ...names, signal }), {
        data: control.data,
        values: asked.values,
      });
    });
    await reply.show(view);
  }

  async #complete(
    interaction: APIInteraction,
    asked: Extract<Asked, { kind: 'autocomplete' }>,
  ): Promise<void> {
    const { sender, facts, logger } = this.#components;
    let choices: Awaited<ReturnType<Autocompleter['complete']>> = [];
    try {
      if (this.#draining) throw discordErrors.DISCORD_STOPPING();
      const asker = askerOf(interaction, facts, this.#init);
      const command = this.#byName.get(asked.command);
      if (command?.autocomplete) {
        const context = (signal: AbortSignal) =>
          this.#contexts.make(asker, {
            command: asked.command,
            originId: asked.handle.id,
            idempotencyKey: asked.handle.id,
            signal: AbortSignal.any([signal, this.#stopped.signal]),
          });
        choices = await this.#autocompleter.complete(command, asker, asked.input, context);
      }
    } catch (error) {
      logger.debug({ err: error, userId: userIdOf(interaction) }, 'autocomplete refused');
    }
    await sender.choices(asked.handle, choices);
  }

  async #inTime(run: (signal: AbortSignal) => Promise<View>): Promise<View> {
    const limit = new AbortController();
    const abort = () => limit.abort(new Error('the command took too long'));
    const timer = this.#components.clock.after(commandDurationMaxMs, abort, { background: true });
    try {
      return await run(AbortSignal.any([limit.signal, this.#stopped.signal]));
    } finally {
      timer.cancel();
    }
  }

  #firstSight(interactionId: string): boolean {
    if (this.#seen.has(interactionId)) return false;
    this.#seen.add(interactionId);
    if (this.#seen.size > seenInteractionsMax) {
      const [oldest] = this.#seen;
      if (oldest) this.#seen.delete(oldest);
    }
    return true;
  }
}
