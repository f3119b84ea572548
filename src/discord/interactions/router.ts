import type { APIInteraction } from 'discord-api-types/v10';
import type { CardPost } from '#contracts/cards.ts';
import type { Command, CommandContext, View } from '#contracts/command.ts';
import { isServed, type StandingChange } from '#contracts/guild-standing.ts';
import type { Hosting } from '#contracts/hosting.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { Chance, Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { MessageReference, Sender } from '../client/sender.ts';
import { discordErrors } from '../errors.ts';
import type { Asked } from './asked.ts';
import { parseInteraction } from './asked.ts';
import { type Asker, askerOf, type GuildFacts, userIdOf } from './asker.ts';
import { Autocompleter, choiceSaying } from './autocompleter.ts';
import { Border } from './border.ts';
import { CommandRunner } from './command-runner.ts';
import { type ContextComponents, ContextMaker } from './context.ts';
import { errorView, overView } from './error-view.ts';
import { describeFailure } from './failure.ts';
import { KeptPanels } from './kept-panels.ts';
import { commandBurstMax, commandRefillMs, interactionsInFlightMax, seenInteractionsMax } from './limits.ts';
import type { OpenForms } from './open-forms.ts';
import { inOptionWords, type Typed } from './option-words.ts';
import { Panels } from './panels.ts';
import { type Reply, replyTo } from './reply.ts';
import { UserLimiter } from './user-limiter.ts';
import { assertFits } from './view-limits.ts';

export interface RouterComponents extends ContextComponents {
  commands: readonly Command[];
  forms: OpenForms;
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

/**
 * From an interaction to its answer: refuse strangers, let the command run, show the error.
 * `handle` never throws.
 */
export class Router {
  readonly #components: RouterComponents;
  readonly #byName: ReadonlyMap<string, Command>;
  readonly #contexts: ContextMaker;
  readonly #runner: CommandRunner;
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
    this.#contexts = new ContextMaker({
      ...components,
      panelChannelId: (...at) => this.#panels.channelOf(...at),
    });
    const { intents } = components;
    this.#kept = intents && new KeptPanels({ ...components, intents });
    const served = (guildId: string) => isServed(components.hosting.standings, guildId);
    this.#panels = new Panels({
      ...components,
      contexts: this.#contexts,
      kept: this.#kept,
      isServed: served,
    });
    const stopped = this.#stopped.signal;
    this.#runner = new CommandRunner({
      ...components,
      contexts: this.#contexts,
      panels: this.#panels,
      stopped,
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

  /** Posts a panel without a request, in a channel of its guild. It is kept up to date like any other, unless it is over. */
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
    const { view, over } = await this.#panels.read(about);
    assertFits(view);
    const message = await sender.view(channelId, view, nonce);
    const edit = (next: View) => sender.editInChannel(message, next);
    if (!over)
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
        if (!command?.panels?.includes(name)) return undefined;
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
    let asker: Asker | undefined;
    try {
      asker = this.#askerOf(interaction, asked);
      this.#admit(asker);
      await this.#runner.run(asked, asker, reply);
    } catch (error) {
      if (isGuildmeshError(error, 'ACTION_NOT_HOME')) await reply.fail(errorView(error));
      else {
        if (asker) await this.#offer(error, asked, asker, reply);
        const said = inOptionWords(error, this.#typed(asked));
        await reply.fail(describeFailure(this.#components, said, interaction));
      }
    }
  }

  /** What can be pressed or picked below the error. */
  async #offer(error: unknown, asked: Asked, asker: Asker, reply: Reply): Promise<void> {
    await this.#runner.offerAgain(asked, asker, reply);
    await this.#runner.offerPick(error, asked, asker, reply, (command, input) =>
      this.#autocompleter.complete(command, asker, input, this.#suggesting(asked, asker)),
    );
  }

  #suggesting(asked: Asked, asker: Asker): (signal: AbortSignal) => CommandContext {
    const { handle } = asked;
    return (signal) =>
      this.#contexts.make(asker, {
        command: 'command' in asked ? asked.command : '',
        originId: handle.id,
        idempotencyKey: handle.id,
        signal: AbortSignal.any([signal, this.#stopped.signal]),
      });
  }

  #typed(asked: Asked): Typed {
    if (asked.kind !== 'command') return { command: undefined };
    return { command: this.#byName.get(asked.command), subcommand: asked.input.subcommand };
  }

  #askerOf(interaction: APIInteraction, asked: Asked): Asker {
    const { facts, hosting } = this.#components;
    const asker = askerOf(interaction, facts, hosting.operators);
    this.#border.pass(asked, asker, (custom) => this.#contexts.decode(custom, asker));
    return asker;
  }

  #admit(asker: Asker): void {
    if (this.#draining) throw discordErrors.DISCORD_STOPPING();
    if (this.#inFlight.size >= interactionsInFlightMax) throw discordErrors.DISCORD_BUSY();
    const waitMs = this.#limiter.take(asker.actor.userId);
    if (waitMs > 0) throw discordErrors.DISCORD_TOO_FAST({ waitMs });
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
      if (command)
        choices = await this.#autocompleter.complete(
          command,
          asker,
          asked.input,
          this.#suggesting(asked, asker),
        );
    } catch (error) {
      if (isGuildmeshError(error, 'ACTION_NOT_HOME')) choices = [choiceSaying(error.message)];
      else logger.debug({ err: error, userId: userIdOf(interaction) }, 'autocomplete refused');
    }
    await sender.choices(asked.handle, choices);
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
