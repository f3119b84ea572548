import type { Intent, IntentStore } from '#contracts/intents.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import { panelLifetimeMs } from './limits.ts';

/** A panel that everyone sees, in its stored form. */
export interface KeptPanel {
  messageId: string;
  channelId: string;
  guildId: string;
  command: string;
  name: string;
  subject: string;
  /** It is also updated at this interval, beside each change. */
  everyMs?: number;
  sinceMs: number;
}

export interface KeptPanelsComponents {
  intents: IntentStore;
  clock: Pick<Clock, 'nowMs'>;
  logger: Logger;
}

/** Stores which messages to keep up to date: one write after the other, in the order of the calls. */
export class KeptPanels {
  readonly #components: KeptPanelsComponents;
  #written: Promise<void> = Promise.resolve();

  constructor(components: KeptPanelsComponents) {
    this.#components = components;
  }

  /** Oldest first; panels that are too old are deleted. */
  async list(): Promise<KeptPanel[]> {
    const { intents, clock } = this.#components;
    const panels = (await intents.list('panel')).map(panelOf);
    const isYoung = ({ sinceMs }: KeptPanel) => clock.nowMs() - sinceMs <= panelLifetimeMs;
    for (const { messageId } of panels.filter((panel) => !isYoung(panel))) this.forget(messageId);
    return panels.filter(isYoung);
  }

  keep(panel: Omit<KeptPanel, 'sinceMs'>): void {
    const { messageId: key, ...payload } = panel;
    const createdAtMs = this.#components.clock.nowMs();
    this.#write((intents) =>
      intents.put({ kind: 'panel', key, payload, wantedBy: 'system:panel', createdAtMs }),
    );
  }

  forget(messageId: string): void {
    this.#write((intents) => intents.remove('panel', messageId));
  }

  /** Everything requested is stored, or was given up. */
  settled(): Promise<void> {
    return this.#written;
  }

  #write(change: (intents: IntentStore) => Promise<void>): void {
    const { intents, logger } = this.#components;
    this.#written = this.#written
      .then(() => change(intents))
      .catch((error: unknown) => logger.warn({ err: error }, 'a panel will stand still after a restart'));
  }
}

function panelOf({ key, payload, createdAtMs }: Intent): KeptPanel {
  const { channelId, guildId, command, name, subject, everyMs } = payload;
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    messageId: key,
    channelId: text(channelId),
    guildId: text(guildId),
    command: text(command),
    name: text(name),
    subject: text(subject),
    ...(typeof everyMs === 'number' ? { everyMs } : {}),
    sinceMs: createdAtMs,
  };
}
