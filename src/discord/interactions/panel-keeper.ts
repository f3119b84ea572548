import type { Command } from '#contracts/command.ts';
import type { Intent, IntentStore } from '#contracts/intents.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { Sender } from '../client/sender.ts';
import type { PanelMessage } from './panels.ts';

export interface PanelKeeperComponents {
  intents?: IntentStore;
  commands: readonly Command[];
  sender: Pick<Sender, 'editInChannel'>;
  clock: Clock;
  logger: Logger;
}

/** Remembers panels beyond the life of the process: which message shows what. Never throws. */
export class PanelKeeper {
  readonly #components: PanelKeeperComponents;
  /** One write after the other: a panel that is kept and left at once must not stay. */
  #writing: Promise<void> = Promise.resolve();

  constructor(components: PanelKeeperComponents) {
    this.#components = components;
  }

  keep({ id, channelId, guildId, command, panel }: PanelMessage): void {
    const createdAtMs = this.#components.clock.nowMs();
    const payload = { guildId, channelId, command: command.definition.name, ...panel };
    this.#write((intents) => intents.put({ kind: 'panel', key: id, payload, wantedBy: '', createdAtMs }));
  }

  forget(id: string): void {
    this.#write((intents) => intents.remove('panel', id));
  }

  async restore(): Promise<PanelMessage[]> {
    const intents = (await this.#components.intents?.list('panel')) ?? [];
    return intents.flatMap((intent) => this.#messageOf(intent) ?? []);
  }

  #messageOf({ key: id, payload }: Intent): PanelMessage | undefined {
    const { guildId, channelId, name, subject, everyMs } = payload;
    const command = this.#components.commands.find(({ definition }) => definition.name === payload.command);
    if (!command || typeof guildId !== 'string' || typeof channelId !== 'string') return undefined;
    if (typeof name !== 'string' || typeof subject !== 'string' || typeof everyMs !== 'number')
      return undefined;
    return {
      id,
      channelId,
      guildId,
      command,
      panel: { name, subject, everyMs },
      // The token of the interaction is gone: as the channel's message it can be changed still.
      edit: (view) => this.#components.sender.editInChannel({ id, channelId }, view),
    };
  }

  #write(work: (intents: IntentStore) => Promise<void>): void {
    const { intents, logger } = this.#components;
    if (!intents) return;
    this.#writing = this.#writing
      .then(() => work(intents))
      .catch((err: unknown) => logger.warn({ err }, 'a panel was not remembered'));
  }
}
