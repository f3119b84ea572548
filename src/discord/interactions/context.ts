import type { Perform } from '#contracts/action.ts';
import type { Command, CommandContext, PanelContext } from '#contracts/command.ts';
import type { Clock } from '#core/clock.ts';
import type { Asker } from './asker.ts';
import { type CustomIdCodec, type DecodedCustomId, everybody } from './custom-id.ts';
import type { Drafts } from './drafts.ts';

export interface ContextComponents {
  commands: readonly Command[];
  /** A function because the hub builds its services after this door. */
  perform: () => Perform;
  codec: () => CustomIdCodec;
  drafts: Drafts;
  clock: Clock;
  /** A command of a guild as people can click it, by its words. */
  mention: (guildId: string, words: string) => string;
}

interface ContextMakerComponents extends ContextComponents {
  panelChannelId: (guildId: string, name: string, subject: string) => string | undefined;
}

export interface ContextInit {
  command: string;
  /** The interaction whose answer will carry the view. */
  originId: string;
  idempotencyKey: string;
  signal: AbortSignal;
  /** Shows a view in the answer's place before the answer is there. */
  meanwhile?: CommandContext['meanwhile'];
}

/** What a command works with, bound to one asker and one interaction. */
export class ContextMaker {
  readonly #components: ContextMakerComponents;

  constructor(components: ContextMakerComponents) {
    this.#components = components;
  }

  get #codec(): CustomIdCodec {
    return this.#components.codec();
  }

  /** What a control stands for, if it is for this person to use. Throws DISCORD_CONTROL_… */
  decode({ customId, originId }: { customId: string; originId: string }, asker: Asker): DecodedCustomId {
    const binding = { userId: asker.actor.userId, originId };
    return this.#codec.decode(customId, binding, this.#components.clock.nowMs());
  }

  make({ actor, guildName, guildLocale }: Asker, init: ContextInit): CommandContext {
    const { perform, clock, commands, drafts, mention, panelChannelId } = this.#components;
    const nowMs = clock.nowMs();
    const keyOf = actionKeys(init.idempotencyKey);
    return {
      actor,
      guildId: actor.guildId,
      guildName,
      ...(guildLocale && { guildLocale }),
      commands,
      nowMs,
      perform: (spec, input) =>
        perform()(spec, actor, input, {
          idempotencyKey: keyOf(spec.name),
          signal: init.signal,
        }),
      meanwhile: init.meanwhile ?? (async () => {}),
      customId: (name, data = '') =>
        this.#codec.encode(
          init.command,
          name,
          data,
          { userId: actor.userId, originId: init.originId },
          nowMs,
        ),
      sharedId: (name, data = '') => this.#codec.encode(init.command, name, data, everybody, nowMs),
      mention: (words) => mention(actor.guildId, words),
      panelChannelId: (name, subject) => panelChannelId(actor.guildId, name, subject),
      keep: (value) => drafts.keep(actor, value),
      kept: (id) => drafts.get(actor, id),
      forget: (id) => drafts.forget(actor, id),
    };
  }

  /** For panels, which change without a request: the hub itself is the actor. */
  makeForPanel(init: { command: string; guildId: string; signal: AbortSignal }): PanelContext {
    const { perform, clock, mention } = this.#components;
    const nowMs = clock.nowMs();
    return {
      guildId: init.guildId,
      nowMs,
      perform: (spec, input) =>
        perform()(spec, { kind: 'system', reason: 'panel', guildId: init.guildId }, input, {
          signal: init.signal,
        }),
      sharedId: (name, data = '') => this.#codec.encode(init.command, name, data, everybody, nowMs),
      mention: (words) => mention(init.guildId, words),
    };
  }
}

/** One key for each time an action is performed: a command may perform several, and one of them repeatedly. */
function actionKeys(base: string): (action: string) => string {
  const counts = new Map<string, number>();
  return (action) => {
    const count = (counts.get(action) ?? 0) + 1;
    counts.set(action, count);
    return count === 1 ? `${base}:${action}` : `${base}:${action}:${count}`;
  };
}
