import type { APIApplicationCommandOptionChoice } from 'discord-api-types/v10';
import type { Command, CommandCode, CommandContext, CommandInput, Form, View } from '#contracts/command.ts';
import { orAborted } from '#core/aborted.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import type { Logger } from '#core/logger.ts';
import { discordErrors } from '../errors.ts';
import type { Asked } from './asked.ts';
import type { Asker } from './asker.ts';
import { codeOf } from './command-code.ts';
import type { ContextInit, ContextMaker } from './context.ts';
import type { DecodedCustomId } from './custom-id.ts';
import { againButton } from './error-view.ts';
import { isSuggested, lackingCommand, lackingOption, pickOf } from './lacking-option.ts';
import { commandDurationMaxMs, formBudgetMs } from './limits.ts';
import type { OpenForms } from './open-forms.ts';
import type { Panels } from './panels.ts';
import type { Reply, Shown } from './reply.ts';

export interface CommandRunnerComponents {
  commands: readonly Command[];
  contexts: ContextMaker;
  panels: Pick<Panels, 'follow'>;
  forms: OpenForms;
  clock: Clock;
  logger: Pick<Logger, 'error' | 'info'>;
  /** Aborts running work. */
  stopped: AbortSignal;
}

/** The control that opens a refused form again; no command has one of this name. */
export const formAgain = 'form-again';
/** The one that runs a refused command again with the option that was picked. */
export const optionPicked = 'option-picked';

/** What the command suggests for the option in focus. */
type Suggest = (command: Command, input: CommandInput) => Promise<APIApplicationCommandOptionChoice[]>;
type Names = Omit<ContextInit, 'signal' | 'meanwhile'>;
type AskedAs<Kind> = Extract<Asked, { kind: Kind }>;

/**
 * From what was asked to the view: acknowledges by what the command declares, loads its code, runs it. Only forms wait
 * for code before Discord has an answer, and no longer than `formBudgetMs`.
 */
export class CommandRunner {
  readonly #components: CommandRunnerComponents;
  readonly #byName: ReadonlyMap<string, Command>;

  constructor(components: CommandRunnerComponents) {
    this.#components = components;
    this.#byName = new Map(components.commands.map((command) => [command.definition.name, command]));
  }

  /** Throws the error that the asker sees. */
  run(asked: Asked, asker: Asker, reply: Reply): Promise<void> {
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
        throw unknown('unknown');
    }
  }

  async #runCommand(asked: AskedAs<'command'>, asker: Asker, reply: Reply): Promise<void> {
    const { handle, input } = asked;
    const command = this.#find(asked.command);
    const names = { command: asked.command, originId: handle.id, idempotencyKey: handle.id };
    if (command.asksFirst?.(input)) {
      // A submitted form names no interaction of its command.
      const asking = { ...names, originId: '' };
      const form = await this.#soon(command, asker, asking, ({ form }, context) => form?.(context, input));
      return this.#ask(form, asker, asking, reply);
    }
    const mode = typeof command.replyMode === 'function' ? command.replyMode(input) : command.replyMode;
    if (!(await reply.defer(mode))) return;
    await this.#answer(command, asker, names, reply, ({ run }, context) => run(context, input));
  }

  async #runOnMessage(asked: AskedAs<'on-message'>, asker: Asker, reply: Reply): Promise<void> {
    const { command: name, handle, input } = asked;
    const isIt = ({ definition }: { definition: { name: string } }) => definition.name === name;
    const owner = this.#components.commands.find(({ onMessage }) => onMessage?.some(isIt));
    const declared = owner?.onMessage?.find(isIt);
    if (!owner || !declared) throw unknown(name);
    if (!(await reply.defer(declared.replyMode))) return;
    const names = { command: owner.definition.name, originId: handle.id, idempotencyKey: handle.id };
    await this.#answer(owner, asker, names, reply, ({ onMessage }, context) =>
      onMessage?.[name]?.(context, input),
    );
  }

  async #runControl(asked: AskedAs<'control'>, asker: Asker, reply: Reply): Promise<void> {
    const control = this.#components.contexts.decode(asked, asker);
    const { name, data } = control;
    const command = this.#find(control.command);
    if (name === formAgain) return this.#askAgain(control, asked, asker, reply);
    if (name === optionPicked) return this.#runPicked(control, asked, asker, reply);
    const declared = command.controls?.[name];
    if (!declared) throw unknown(control.command);
    const { picked } = asked;
    const input = { data, picked, values: picked.map(({ value }) => value) };
    const mode = typeof declared === 'function' ? declared(input) : declared;
    // The key is a button's, not the click's: clicking twice acts once. A select is used again as it stands.
    const idempotencyKey = picked.length > 0 ? asked.handle.id : control.key;
    const names = { command: control.command, originId: asked.originId, idempotencyKey };
    if (mode === 'form') {
      const form = await this.#soon(command, asker, names, ({ opens }, context) =>
        opens?.[name]?.(context, input),
      );
      return this.#ask(form, asker, names, reply);
    }
    if (!(await acknowledge(mode, reply))) return;
    const originId = mode === 'update' ? asked.originId : asked.handle.id;
    await this.#answer(command, asker, { ...names, originId }, reply, ({ controls }, context) =>
      controls?.[name]?.(context, input),
    );
  }

  async #runSubmitted(asked: AskedAs<'submitted'>, asker: Asker, reply: Reply): Promise<void> {
    const form = this.#components.contexts.decode(asked, asker);
    const command = this.#find(form.command);
    const declared = command.forms?.[form.name];
    if (!declared) throw unknown(form.command);
    // There is no message to change below a form that a command opened.
    const mode = asked.originId === '' ? 'reply' : declared;
    if (!(await acknowledge(mode, reply))) return;
    const originId = mode === 'update' ? asked.originId : asked.handle.id;
    // A form that was corrected and sent again is a new request.
    const names = { command: form.command, originId, idempotencyKey: asked.handle.id };
    const input = { data: form.data, ...asked.answers };
    await this.#answer(command, asker, names, reply, ({ forms }, context) =>
      forms?.[form.name]?.(context, input),
    );
  }

  /**
   * After a form failed, whatever the reason: what was typed is kept, and the error gets a button that opens the form again
   * with it. Never throws.
   */
  async offerAgain(asked: Asked, asker: Asker, reply: Reply): Promise<void> {
    if (asked.kind !== 'submitted') return;
    const { contexts, forms, logger } = this.#components;
    try {
      const { command, key } = contexts.decode(asked, asker);
      if (!(await forms.refused(asker.actor, key, asked.answers))) return;
      const names = { command, originId: asked.handle.id, idempotencyKey: asked.handle.id };
      reply.offer(againButton(this.#context(asker, names).customId(formAgain, key)));
    } catch (error) {
      logger.info({ err: error, interactionId: asked.handle.id }, 'a form can’t be opened again');
    }
  }

  /**
   * After a command was refused for an option that is missing or names nothing: a select of what it takes is shown with the
   * error, and a pick runs the command again. Never throws.
   */
  async offerPick(error: unknown, asked: Asked, asker: Asker, reply: Reply, suggest: Suggest): Promise<void> {
    if (asked.kind !== 'command') return;
    const { input, handle } = asked;
    try {
      const command = this.#find(asked.command);
      const option = lackingOption(error, command, input);
      if (!option) return;
      const suggested = isSuggested(option)
        ? await suggest(command, { ...input, focused: { name: option.name, value: '' } })
        : [];
      const names = { command: asked.command, originId: handle.id, idempotencyKey: handle.id };
      const context = this.#context(asker, names);
      const draftId = await context.keep(lackingCommand.parse({ option: option.name, input }));
      const pick = pickOf(option, context.customId(optionPicked, draftId), suggested);
      if (pick) reply.offer(pick);
    } catch (cause) {
      this.#components.logger.info({ err: cause, interactionId: handle.id }, 'an option can’t be picked');
    }
  }

  async #runPicked(
    { command, data, key }: DecodedCustomId,
    { handle, originId, picked }: AskedAs<'control'>,
    asker: Asker,
    reply: Reply,
  ): Promise<void> {
    const kept = await this.#context(asker, { command, originId, idempotencyKey: key }).kept(data);
    const { option, input } = lackingCommand.parse(kept);
    const [first] = picked;
    if (!first) throw unknown(command);
    const options = { ...input.options, [option]: first.value };
    const again = { ...input, subcommand: input.subcommand, options };
    await this.#runCommand({ kind: 'command', handle, command, input: again }, asker, reply);
  }

  /** A form whose answers were refused, with what was typed. */
  async #askAgain(
    control: DecodedCustomId,
    asked: AskedAs<'control'>,
    asker: Asker,
    reply: Reply,
  ): Promise<void> {
    const names = { command: control.command, originId: asked.originId, idempotencyKey: control.key };
    await this.#ask(await this.#components.forms.again(asker.actor, control.data), asker, names, reply);
  }

  #find(name: string): Command {
    const command = this.#byName.get(name);
    if (!command) throw unknown(name);
    return command;
  }

  async #ask(form: Form, asker: Asker, names: Names, reply: Reply): Promise<void> {
    const { contexts, forms } = this.#components;
    const customId = this.#context(asker, names).customId(form.name, form.data);
    if (!(await reply.ask(form, customId))) return;
    const { key } = contexts.decode({ customId, originId: names.originId }, asker);
    await forms.opened(asker.actor, key, form);
  }

  #context(asker: Asker, names: Names): CommandContext {
    const { contexts, stopped } = this.#components;
    return contexts.make(asker, { ...names, signal: stopped });
  }

  async #answer(
    command: Command,
    asker: Asker,
    names: Names,
    reply: Reply,
    run: (code: CommandCode, context: CommandContext) => Promise<View> | undefined,
  ): Promise<void> {
    const { contexts, logger } = this.#components;
    const view = await this.#within(commandDurationMaxMs, async (signal) => {
      const code = await codeOf(command, logger);
      const meanwhile = (shown: View) => reply.meanwhile(shown);
      return done(command, run(code, contexts.make(asker, { ...names, signal, meanwhile })));
    });
    this.#follow(command, asker, view, await reply.show(view));
    if (view.announcement)
      this.#follow(command, asker, view.announcement, await reply.announce(view.announcement));
  }

  #follow(command: Command, { actor }: Asker, { panel }: View, shown: Shown | undefined): void {
    if (!panel || !shown) return;
    const { id, channelId, isEphemeral, edit } = shown;
    const place = isEphemeral ? {} : { channelId };
    this.#components.panels.follow({ id, edit, ...place, guildId: actor.guildId, command, panel });
  }

  /** Before Discord's time for a form is over. */
  #soon(
    command: Command,
    asker: Asker,
    names: Names,
    open: (code: CommandCode, context: CommandContext) => Promise<Form> | undefined,
  ): Promise<Form> {
    const { contexts, logger } = this.#components;
    return this.#within(formBudgetMs, async (signal) => {
      const opened = codeOf(command, logger).then((code) =>
        done(command, open(code, contexts.make(asker, { ...names, signal }))),
      );
      return orAborted(signal, opened, { error: () => discordErrors.DISCORD_BUSY() });
    });
  }

  async #within<T>(limitMs: number, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, stopped } = this.#components;
    const late = () => new DeadlinePassed('the command took too long');
    return withDeadline(clock, limitMs, stopped, run, { late, background: true });
  }
}

/** What is declared is in the code, too: a test compares them for every command. */
function done<T>(command: Command, work: Promise<T> | undefined): Promise<T> {
  if (!work) throw unknown(command.definition.name);
  return work;
}

function acknowledge(mode: 'update' | 'reply', reply: Reply): Promise<boolean> {
  return mode === 'update' ? reply.deferUpdate() : reply.defer('ephemeral');
}

function unknown(command: string) {
  return discordErrors.DISCORD_COMMAND_UNKNOWN({ command });
}
