import { DiscordAPIError } from 'discord.js';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { Command, View } from '#contracts/command.ts';
import type { Clock, Timer } from '#core/clock.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { ContextMaker } from './context.ts';
import {
  panelEditEveryMs,
  panelEveryMsMin,
  panelLifetimeMs,
  panelReadMaxMs,
  panelRestoreAfterMs,
  panelsMax,
} from './limits.ts';
import type { PanelKeeper } from './panel-keeper.ts';
import { assertFits } from './view-limits.ts';

/** What says that something changed: publishing does, of publications. */
export interface PanelChanges {
  onChange(listener: (subject: string) => void): () => void;
}

export interface PanelsComponents {
  contexts: ContextMaker;
  /** For the panels that a restart doesn't end. */
  keeper: PanelKeeper;
  clock: Clock;
  logger: Logger;
}

/** A message that shows something which changes. */
export interface PanelMessage {
  id: string;
  channelId: string;
  guildId: string;
  command: Command;
  panel: NonNullable<View['panel']>;
  edit(view: View): Promise<void>;
}

interface Entry extends PanelMessage {
  sinceMs: number;
  editedAtMs: number;
  timer: Timer | undefined;
  editing: boolean;
  /** Changed while it was being edited. */
  again: boolean;
}

/** The message or the way to it is gone for good. */
const GONE: readonly (string | number)[] = [
  RESTJSONErrorCodes.UnknownMessage,
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
];

/** Edits messages when what they show changes: never faster than Discord likes, never more than `panelsMax`. */
export class Panels {
  readonly #components: PanelsComponents;
  /** By message id, oldest first. */
  readonly #entries = new Map<string, Entry>();
  readonly #stopped = new AbortController();

  constructor(components: PanelsComponents) {
    this.#components = components;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** The message was shown just now. A message has one panel: the newest. */
  follow(message: PanelMessage, lookAfterMs = panelEditEveryMs): void {
    if (this.#stopped.signal.aborted) return;
    const nowMs = this.#components.clock.monotonicMs();
    this.#leave(message.id);
    this.#entries.set(message.id, {
      ...message,
      sinceMs: nowMs,
      editedAtMs: nowMs,
      timer: undefined,
      editing: false,
      again: false,
    });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > panelsMax && oldest !== undefined) this.#leave(oldest);
    if (message.panel.everyMs !== undefined) this.#components.keeper.keep(message);
    // It may have changed between being read and being shown.
    this.#schedule(message.id, lookAfterMs);
  }

  /** Takes up again what an ended process kept up to date. */
  async restore(): Promise<void> {
    for (const message of await this.#components.keeper.restore()) this.follow(message, panelRestoreAfterMs);
  }

  changed(subject: string): void {
    for (const [id, { panel }] of this.#entries) if (panel.subject === subject) this.#schedule(id);
  }

  stop(): void {
    this.#stopped.abort(new Error('the hub is stopping'));
    for (const { timer } of this.#entries.values()) timer?.cancel();
    this.#entries.clear();
  }

  /** At the next moment that Discord's limits allow, and not before `afterMs`. */
  #schedule(id: string, afterMs = panelEditEveryMs): void {
    const entry = this.#entries.get(id);
    if (!entry || entry.timer) return;
    if (entry.editing) {
      entry.again = true;
      return;
    }
    const { clock, logger } = this.#components;
    const waitMs = Math.max(0, entry.editedAtMs + Math.max(afterMs, panelEditEveryMs) - clock.monotonicMs());
    entry.timer = clock.after(
      waitMs,
      () => {
        entry.timer = undefined;
        this.#edit(entry).catch((error: unknown) => logger.error({ err: error }, 'panel failed by a defect'));
      },
      { background: true },
    );
  }

  async #edit(entry: Entry): Promise<void> {
    const { clock } = this.#components;
    if (clock.monotonicMs() - entry.sinceMs > panelLifetimeMs) return this.#leaveIfSame(entry);
    entry.editing = true;
    try {
      const { view, over } = await this.#read(entry);
      assertFits(view);
      await entry.edit(view);
      if (over) this.#leaveIfSame(entry);
    } catch (error) {
      this.#failed(entry, error);
    } finally {
      entry.editing = false;
      entry.editedAtMs = clock.monotonicMs();
    }
    if (this.#entries.get(entry.id) !== entry) return;
    const { everyMs } = entry.panel;
    if (entry.again) this.#schedule(entry.id);
    else if (everyMs !== undefined) this.#schedule(entry.id, Math.max(everyMs, panelEveryMsMin));
    entry.again = false;
  }

  async #read({ command, panel, guildId }: Entry): Promise<{ view: View; over: boolean }> {
    const handler = command.panels?.[panel.name];
    if (!handler) throw new Error(`no panel is called ${panel.name}`);
    const late = new AbortController();
    const timer = this.#components.clock.after(
      panelReadMaxMs,
      () => late.abort(new Error('panel: too slow')),
      {
        background: true,
      },
    );
    try {
      const signal = AbortSignal.any([late.signal, this.#stopped.signal]);
      const names = { command: command.definition.name, guildId, signal };
      return await handler(this.#components.contexts.makeForPanel(names), panel.subject);
    } finally {
      timer.cancel();
    }
  }

  #failed(entry: Entry, error: unknown): void {
    const { logger } = this.#components;
    const facts = { err: error, messageId: entry.id, panel: entry.panel };
    const gone = error instanceof DiscordAPIError && GONE.includes(error.code);
    if (gone || isGuildmeshError(error)) {
      logger.info(facts, 'panel is no longer kept up to date');
      this.#leaveIfSame(entry);
    } else logger.warn(facts, 'panel was not updated; the next change tries again');
  }

  #leaveIfSame(entry: Entry): void {
    if (this.#entries.get(entry.id) === entry) this.#leave(entry.id);
  }

  #leave(id: string): void {
    const entry = this.#entries.get(id);
    entry?.timer?.cancel();
    this.#entries.delete(id);
    if (entry?.panel.everyMs !== undefined) this.#components.keeper.forget(id);
  }
}
