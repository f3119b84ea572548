import type { Perform } from '#contracts/action.ts';
import type { Command, CommandContext } from '#contracts/command.ts';
import type { Clock } from '#core/clock.ts';
import type { Asker } from './asker.ts';
import type { CustomIdCodec } from './custom-id.ts';

export interface ContextComponents {
  commands: readonly Command[];
  /** A function because the hub builds its services after this door. */
  perform: () => Perform;
  codec: () => CustomIdCodec;
  clock: Clock;
}

export interface ContextInit {
  command: string;
  /** The interaction whose answer will carry the view. */
  originId: string;
  idempotencyKey: string;
  signal: AbortSignal;
}

/** What a command gets to work with, bound to one asker and one interaction. */
export class ContextMaker {
  readonly #components: ContextComponents;

  constructor(components: ContextComponents) {
    this.#components = components;
  }

  get codec(): CustomIdCodec {
    return this.#components.codec();
  }

  make({ actor, guildName }: Asker, init: ContextInit): CommandContext {
    const { perform, clock, commands } = this.#components;
    const nowMs = clock.nowMs();
    return {
      actor,
      guildName,
      commands,
      nowMs,
      perform: (spec, input) =>
        perform()(spec, actor, input, {
          // One key per action: a command may perform several.
          idempotencyKey: `${init.idempotencyKey}:${spec.name}`,
          signal: init.signal,
        }),
      customId: (name, data = '') =>
        this.codec.encode(init.command, name, data, { userId: actor.userId, originId: init.originId }, nowMs),
    };
  }
}
