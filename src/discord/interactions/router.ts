import type { APIInteraction } from 'discord-api-types/v10';
import type { CardPost } from '#contracts/cards.ts';
import type { Command, CommandContext, Form, MessageCommand, View } from '#contracts/command.ts';
import { isServed, type StandingChange } from '#contracts/guild-standing.ts';
import type { Hosting } from '#contracts/hosting.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { MessageReference, Sender } from '../client/sender.ts';
import { discordErrors } from '../errors.ts';
import type { Asked } from './asked.ts';
import { parseInteraction } from './asked.ts';
import { type Asker, askerOf, type GuildFacts, userIdOf } from './asker.ts';
import { Autocompleter, choiceSaying } from './autocompleter.ts';
import { Border } from './border.ts';
import { type ContextComponents, type ContextInit, ContextMaker } from './context.ts';
import type { DecodedCustomId } from './custom-id.ts';
import { errorView, overView } from './error-view.ts';
import { describeFailure } from './failure.ts';
import { KeptPanels } from './kept-panels.ts';
import {
  commandBurstMax,
  commandDurationMaxMs,
  commandRefillMs,
  formBudgetMs,
  interactionsInFlightMax,
  seenInteractionsMax,
} from './limits.ts';
import { inOptionWords, type Typed } from './option-words.ts';
import { Panels } from './panels.ts';
import { type Reply, replyTo, type Shown } from './reply.ts';
import { UserLimiter } from './user-limiter.ts';
import { assertFits } from './view-limits.ts';

export interface RouterComponents extends ContextComponents {
  commands: readonly Command[];
  sender: Sender;
  facts: GuildFacts;
  hosting: Hosting;
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** Absent: panels end with the hub. */
  intents?: IntentStore | undefined;
}

/** The last content of a panel. */
const noLongerHome = 'This server is no longer a home server of this hub: what was shown here has ended.';

type Names = Omit<ContextInit, 'signal' | 'meanwhile'>;

/**
 * From an interaction to its answer: refuse strangers, acknowledge at once, run, show the view or the error.
 * `handle` never throws.
 */
export class Router {
  readonly #components: RouterComponents;
  readonly #byName: ReadonlyMap<string, Command>;
  readonly #onMessage: ReadonlyMap<string, { owner: Command; command: MessageCommand }>;
  readonly #contexts: ContextMaker;
  readonly #autocompleter: Autocompleter;
  readonly #limiter: UserLimiter;
  readonly #panels: Panels;
  readonly #kept: KeptPanels | undefined;
  readonly #border: Border;
  readonly #inFlight = new Set<Promise<void>>();
  /** Oldest first. */
  readonly #seen = new Set<string>();
  readonly #stopped = new AbortController();
  #draining = false;

  constructor(components: RouterComponents) {
    this.#components = components;
    this.#byName = new Map(components.commands.map((command) => [command.definition.name, command]));
    this.#onMessage = new Map(
      components.commands.flatMap((owner) =>
        (owner.onMessage ?? []).map((command) => [command.definition.name, { owner, command }] as const),
      ),
    );
    this.#contexts = new ContextMaker(components);
    const { intents } = components;
    this.#kept = intents && new KeptPanels({ ...components, intents });
    const served = (guildId: string) => isServed(components.hosting.standings, guildId);
    this.#panels = new Panels({
      ...components,
      contexts: this.#contexts,
      kept: this.#kept,
      isServed: served,
    });
    this.#autocompleter = new Autocompleter(components);
    this.#border = new Border(components);
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

  /** Posts a panel without a request, in a channel of its guild. It is kept up to date like any other. */
  async post({
    command: name,
    panel,
    subject,
    guildId,
    channelId,
    nonce,
  }: CardPost): Promise<MessageReference> {
    const { sender } = this.#components;
    const command = this.#byName.get(name);
    if (!command) throw new Error(`no command is called ${name}`);
    const about = { command, guildId, panel: { name: panel, subject } };
    const { view } = await this.#panels.read(about);
    assertFits(view);
    const message = await sender.view(channelId, view, nonce);
    const edit = (next: View) => sender.editInChannel(message, next);
    this.#panels.follow({ ...about, panel: view.panel ?? about.panel, id: message.id, channelId, edit });
    return message;
  }

  /** The content of panels has changed. */
  changed(subject: string): void {
    this.#panels.changed(subject);
  }

  /** Panels of a guild that is no longer served end; they continue when it is served again. */
  async standingChanged({ guildId, to }: StandingChange): Promise<void> {
    if (to === 'foreign') await this.#panels.leaveGuild(guildId, overView(noLongerHome));
    else await this.restorePanels();
  }

  /** Resumes the panels of an earlier run of the hub. */
  restorePanels(): Promise<void> {
    const { sender } = this.#components;
    return this.#panels.restore(
      ({ messageId: id, channelId, guildId, command: commandName, name, subject, everyMs }) => {
        const command = this.#byName.get(commandName);
        if (!command?.panels?.[name]) return undefined;
        const edit = (view: View) => sender.editInChannel({ id, channelId }, view);
        return {
          id,
          channelId,
          guildId,
          command,
          panel: { name, subject, ...(everyMs === undefined ? {} : { everyMs }) },
          edit,
        };
      },
    );
  }

  /** Refuses new work and waits for running work. */
  async drain(): Promise<void> {
    this.#draining = true;
    // What they show is about to stop, too, but only for this process.
    this.#panels.stop();
    this.#border.stop();
    await Promise.all(this.#inFlight);
    await this.#kept?.settled();
  }

  /** Aborts running work. */
  stop(): void {
    this.#draining = true;
    this.#panels.stop();
    this.#stopped.abort(new Error('the hub is stopping'));
  }

  async #handle(interaction: APIInteraction): Promise<void> {
    const asked = parseInteraction(interaction);
    if (asked.kind === 'autocomplete') return this.#complete(interaction, asked);
    const reply = replyTo(this.#components, asked.handle, interaction.channel?.id);
    try {
      const asker = this.#admit(interaction, asked);
      await this.#act(asked, asker, reply);
    } catch (error) {
      if (isGuildmeshError(error, 'ACTION_NOT_HOME')) await reply.fail(errorView(error));
      else {
        const said = inOptionWords(error, this.#typed(asked));
        await reply.fail(describeFailure(this.#components, said, interaction));
      }
    }
  }

  #typed(asked: Asked): Typed {
    if (asked.kind !== 'command') return { command: undefined };
    return { command: this.#byName.get(asked.command), subcommand: asked.input.subcommand };
  }

  #admit(interaction: APIInteraction, asked: Asked): Asker {
    if (this.#draining) throw discordErrors.DISCORD_STOPPING();
    const { facts, hosting } = this.#components;
    const asker = askerOf(interaction, facts, hosting.operators);
    this.#border.pass(asked, asker, (custom) => this.#decode(custom, asker));
    if (this.#inFlight.size >= interactionsInFlightMax) throw discordErrors.DISCORD_BUSY();
    const waitMs = this.#limiter.take(asker.actor.userId);
    if (waitMs > 0) throw discordErrors.DISCORD_TOO_FAST({ waitMs });
    return asker;
  }

  #act(asked: Asked, asker: Asker, reply: Reply): Promise<void> {
    switch (asked.kind) {
      case 'command':
        return this.#runCommand(asked, asker, reply);
      case 'on-message':
        return this.#runOnMessage(asked, asker, reply);
      case 'control':
        return this.#runControl(asked, asker, reply);
      case 'submitted':
        return this.#runSubmitted(asked, asker, reply);
      default:
        throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: 'unknown' });
    }
  }

  async #runCommand(asked: Extract<Asked, { kind: 'command' }>, asker: Asker, reply: Reply): Promise<void> {
    const command = this.#byName.get(asked.command);
    if (!command) throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: asked.command });
    const { id } = asked.handle;
    // A submitted form names no interaction of its command.
    const asking = { command: asked.command, originId: '', idempotencyKey: id };
    const form =
      command.form && (await this.#soon(asker, asking, (context) => command.form?.(context, asked.input)));
    if (form) return this.#ask(form, asker, asking, reply);
    const mode = typeof command.replyMode === 'function' ? command.replyMode(asked.input) : command.replyMode;
    if (!(await reply.defer(mode))) return;
    const names = { ...asking, originId: id };
    await this.#answer(command, asker, names, reply, (context) => command.run(context, asked.input));
  }

  async #runOnMessage(
    asked: Extract<Asked, { kind: 'on-message' }>,
    asker: Asker,
    reply: Reply,
  ): Promise<void> {
    const found = this.#onMessage.get(asked.command);
    if (!found) throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: asked.command });
    const { owner, command } = found;
    if (!(await reply.defer(command.replyMode))) return;
    const { id } = asked.handle;
    const names = { command: owner.definition.name, originId: id, idempotencyKey: id };
    await this.#answer(owner, asker, names, reply, (context) => command.run(context, asked.input));
  }

  async #runControl(asked: Extract<Asked, { kind: 'control' }>, asker: Asker, reply: Reply): Promise<void> {
    const control = this.#decode(asked, asker);
    const command = this.#byName.get(control.command);
    const handler = command?.components?.[control.name];
    if (!command || !handler) throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: control.command });
    const input = { data: control.data, values: asked.values };
    // The key is the control's, not the click's: clicking twice acts once.
    const names = { command: control.command, originId: asked.originId, idempotencyKey: control.key };
    if (handler.mode === 'form') {
      const form = await this.#soon(asker, names, (context) => handler.form(context, input));
      return form && this.#ask(form, asker, names, reply);
    }
    if (!(await this.#acknowledge(handler.mode, reply))) return;
    const originId = handler.mode === 'update' ? asked.originId : asked.handle.id;
    await this.#answer(command, asker, { ...names, originId }, reply, (context) =>
      handler.run(context, input),
    );
  }

  async #runSubmitted(
    asked: Extract<Asked, { kind: 'submitted' }>,
    asker: Asker,
    reply: Reply,
  ): Promise<void> {
    const form = this.#decode(asked, asker);
    const command = this.#byName.get(form.command);
    const handler = command?.forms?.[form.name];
    if (!command || !handler) throw discordErrors.DISCORD_COMMAND_UNKNOWN({ command: form.command });
    // There is no message to change below a form that a command opened.
    const mode = asked.originId === '' ? 'reply' : handler.mode;
    if (!(await this.#acknowledge(mode, reply))) return;
    const originId = mode === 'update' ? asked.originId : asked.handle.id;
    // A form that was corrected and sent again is a new request.
    const names = { command: form.command, originId, idempotencyKey: asked.handle.id };
    const input = { data: form.data, fields: asked.fields };
    await this.#answer(command, asker, names, reply, (context) => handler.run(context, input));
  }

  #decode({ customId, originId }: { customId: string; originId: string }, asker: Asker): DecodedCustomId {
    const binding = { userId: asker.actor.userId, originId };
    return this.#contexts.codec.decode(customId, binding, this.#components.clock.nowMs());
  }

  #acknowledge(mode: 'update' | 'reply', reply: Reply): Promise<boolean> {
    return mode === 'update' ? reply.deferUpdate() : reply.defer('ephemeral');
  }

  async #ask(form: Form, asker: Asker, names: Names, reply: Reply): Promise<void> {
    const context = this.#contexts.make(asker, { ...names, signal: this.#stopped.signal });
    await reply.ask(form, context.customId(form.name, form.data));
  }

  async #answer(
    command: Command,
    asker: Asker,
    names: Names,
    reply: Reply,
    run: (context: CommandContext) => Promise<View>,
  ): Promise<void> {
    const view = await this.#within(commandDurationMaxMs, (signal) =>
      run(this.#contexts.make(asker, { ...names, signal, meanwhile: (view) => reply.meanwhile(view) })),
    );
    this.#follow(command, asker, view, await reply.show(view));
    if (view.announcement)
      this.#follow(command, asker, view.announcement, await reply.announce(view.announcement));
  }

  #follow(command: Command, { actor }: Asker, { panel }: View, shown: Shown | undefined): void {
    if (!panel || !shown) return;
    const { id, channelId, isEphemeral, edit } = shown;
    const place = isEphemeral ? {} : { channelId };
    this.#panels.follow({ id, edit, ...place, guildId: actor.guildId, command, panel });
  }

  async #complete(
    interaction: APIInteraction,
    asked: Extract<Asked, { kind: 'autocomplete' }>,
  ): Promise<void> {
    const { sender, facts, hosting, logger } = this.#components;
    let choices: Awaited<ReturnType<Autocompleter['complete']>> = [];
    try {
      if (this.#draining) throw discordErrors.DISCORD_STOPPING();
      const asker = askerOf(interaction, facts, hosting.operators);
      this.#border.pass(asked, asker);
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
      if (isGuildmeshError(error, 'ACTION_NOT_HOME')) choices = [choiceSaying(error.message)];
      else logger.debug({ err: error, userId: userIdOf(interaction) }, 'autocomplete refused');
    }
    await sender.choices(asked.handle, choices);
  }

  /** Before Discord's time for a form is over. */
  #soon<T>(asker: Asker, names: Names, find: (context: CommandContext) => Promise<T> | undefined) {
    return this.#within(formBudgetMs, async (signal) => {
      const late = new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(discordErrors.DISCORD_BUSY()), { once: true });
      });
      return Promise.race([find(this.#contexts.make(asker, { ...names, signal })), late]);
    });
  }

  async #within<T>(limitMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = () => new DeadlinePassed('the command took too long');
    return withDeadline(this.#components.clock, limitMs, this.#stopped.signal, run, {
      late,
      background: true,
    });
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
