import type { Command } from '#contracts/command.ts';
import { actionErrors } from '#contracts/errors.ts';
import { isServed } from '#contracts/guild-standing.ts';
import type { Hosting } from '#contracts/hosting.ts';
import type { Clock } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { Asked } from './asked.ts';
import type { Asker } from './asker.ts';
import type { DecodedCustomId } from './custom-id.ts';
import { ForeignRefusals } from './foreign-refusals.ts';

export interface BorderComponents {
  commands: readonly Command[];
  hosting: Pick<Hosting, 'standings'>;
  clock: Clock;
  logger: Logger;
}

type Decode = (control: { customId: string; originId: string }) => DecodedCustomId;

/**
 * Separates guilds that this hub serves from all others: there, operators may choose home guilds, and nobody anything
 * else.
 */
export class Border {
  readonly #components: BorderComponents;
  readonly #refusals: ForeignRefusals;

  constructor(components: BorderComponents) {
    this.#components = components;
    this.#refusals = new ForeignRefusals(components);
  }

  /** Throws ACTION_NOT_HOME. `decode` tells which control was used. */
  pass(asked: Asked, { actor }: Asker, decode?: Decode): void {
    const { standings } = this.#components.hosting;
    if (isServed(standings, actor.guildId)) return;
    if (actor.isOperator && this.#isForOperators(asked, decode)) return;
    this.#refusals.count(actor.guildId);
    throw actionErrors.ACTION_NOT_HOME(standings.host());
  }

  stop(): void {
    this.#refusals.say();
  }

  #isForOperators(asked: Asked, decode: Decode | undefined): boolean {
    if (asked.kind === 'command' || asked.kind === 'autocomplete') {
      const outside = this.#find(asked.command)?.outsideHome;
      return outside?.subcommands.includes(asked.input.subcommand ?? '') ?? false;
    }
    if (asked.kind !== 'control' || !decode) return false;
    try {
      const { command, name } = decode(asked);
      return this.#find(command)?.outsideHome?.controls.includes(name) ?? false;
    } catch (error) {
      // Forged, or too old: its purpose is unknown.
      if (isGuildmeshError(error)) return false;
      throw error;
    }
  }

  #find(name: string): Command | undefined {
    return this.#components.commands.find(({ definition }) => definition.name === name);
  }
}
