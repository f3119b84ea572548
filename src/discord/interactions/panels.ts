import { DiscordAPIError } from 'discord.js';
import { RESTJSONErrorCodes } from 'discord-api-types/v10';
import type { View, ViewPanel } from '#contracts/command.ts';
import { inBackground } from '#core/background.ts';
import type { Clock } from '#core/clock.ts';
import { DeadlinePassed, withDeadline } from '#core/deadline.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import type { ContextMaker } from './context.ts';
import { EditPacer } from './edit-pacer.ts';
import type { KeptPanel, KeptPanels } from './kept-panels.ts';
import {
  panelEditEveryMs,
  panelEveryMsMin,
  panelLifetimeMs,
  panelReadMaxMs,
  panelRestoreAfterMs,
  panelRestoreEveryMs,
  panelsMax,
} from './limits.ts';
import { minuteOf, type PanelEntry, type PanelMessage, placeOf } from './panel-entry.ts';
import { assertFits } from './view-limits.ts';

/** Reports changes: publishing does so for publications. */
export interface PanelChanges {
  onChange(listener: (subject: string) => void): () => void;
}

export interface PanelsComponents {
  contexts: ContextMaker;
  clock: Clock;
  logger: Logger;
  /** Absent: panels end with the hub. */
  kept?: KeptPanels | undefined;
  /** In other guilds there are no panels. */
  isServed: (guildId: string) => boolean;
}

/** The message or the way to it is permanently gone. */
const goneCodes: readonly (string | number)[] = [
  RESTJSONErrorCodes.UnknownMessage,
  RESTJSONErrorCodes.UnknownChannel,
  RESTJSONErrorCodes.UnknownWebhook,
  RESTJSONErrorCodes.InvalidWebhookToken,
  RESTJSONErrorCodes.MissingAccess,
  RESTJSONErrorCodes.MissingPermissions,
];

/** Edits messages when what they show changes: never faster than Discord allows, never more than `panelsMax`. */
export class Panels {
  readonly #components: PanelsComponents;
  /** By message id, oldest first. */
  readonly #entries = new Map<string, PanelEntry>();
  readonly #stopped = new AbortController();
  readonly #pacer: EditPacer;

  constructor(components: PanelsComponents) {
    this.#components = components;
    this.#pacer = new EditPacer(components);
  }

  get count(): number {
    return this.#entries.size;
  }

  /** The message was shown just now. A message has one panel: the newest. */
  follow(message: PanelMessage): void {
    if (this.#stopped.signal.aborted || !this.#components.isServed(message.guildId)) return;
    const nowMs = this.#components.clock.monotonicMs();
    this.#moveHere(message);
    this.#add(message, { sinceMs: nowMs, editedAtMs: nowMs, lookAfterMs: panelEditEveryMs });
    this.#entries.get(message.id)?.minute?.take(nowMs);
    this.#pacer.note(placeOf(message));
    const { id: messageId, channelId, guildId, command, panel } = message;
    const { name, subject, everyMs } = panel;
    if (channelId !== undefined)
      this.#components.kept?.keep({
        messageId,
        channelId,
        guildId,
        command: command.definition.name,
        name,
        subject,
        ...(everyMs === undefined ? {} : { everyMs }),
      });
  }

  /** The channel of the newest message, seen by everyone, that such a panel follows. */
  channelOf(guildId: string, name: string, subject: string): string | undefined {
    return this.#like(guildId, { name, subject }).findLast(({ channelId }) => channelId !== undefined)
      ?.channelId;
  }

  #like(guildId: string, { name, subject }: Pick<ViewPanel, 'name' | 'subject'>): PanelEntry[] {
    return [...this.#entries.values()].filter(
      ({ guildId: ofGuild, panel }) =>
        ofGuild === guildId && panel.name === name && panel.subject === subject,
    );
  }

  /** Where there is one such message, earlier ones show that it has moved. */
  #moveHere({ id, guildId, panel, channelId }: PanelMessage): void {
    const { moved } = panel;
    if (moved === undefined || channelId === undefined) return;
    const earlier = this.#like(guildId, panel).filter((entry) => entry.id !== id && entry.channelId);
    for (const entry of earlier) {
      this.#leave(entry.id);
      this.#pacer.note(placeOf(entry));
      const { logger } = this.#components;
      const messageId = entry.id;
      void inBackground(logger, 'info', entry.edit(moved), 'a panel that moved still stands', { messageId });
    }
  }

  /**
   * Panels of an earlier run of the hub: each is shown as it is now, one after the other, the newest first. `open` gives
   * the message, or undefined where nothing shows it any more.
   */
  async restore(open: (panel: KeptPanel) => PanelMessage | undefined): Promise<void> {
    const { kept, clock, isServed } = this.#components;
    const panels = ((await kept?.list()) ?? []).filter(({ guildId }) => isServed(guildId));
    const nowMs = clock.monotonicMs();
    for (const [index, panel] of panels.entries()) {
      const message = open(panel);
      if (!message) kept?.forget(panel.messageId);
      else if (!this.#entries.has(message.id))
        this.#add(message, {
          sinceMs: nowMs - (clock.nowMs() - panel.sinceMs),
          editedAtMs: nowMs + (panels.length - 1 - index) * panelRestoreEveryMs,
          // Panels that change permanently come back first: without them they would look as if they were over.
          lookAfterMs: panel.everyMs === undefined ? panelEditEveryMs : panelRestoreAfterMs,
        });
    }
  }

  #add(
    message: PanelMessage,
    { lookAfterMs, ...times }: Pick<PanelEntry, 'sinceMs' | 'editedAtMs'> & { lookAfterMs: number },
  ): void {
    const earlier = this.#entries.get(message.id);
    this.#drop(message.id);
    const state: Omit<PanelEntry, keyof PanelMessage | 'sinceMs' | 'editedAtMs'> = {
      minute: earlier?.minute ?? minuteOf(message.panel),
      timer: undefined,
      dueAtMs: undefined,
      urgency: 'passing',
      editing: false,
      again: false,
    };
    this.#entries.set(message.id, { ...message, ...times, ...state });
    if (this.#entries.size > panelsMax) this.#leave(this.#oldestOfMost());
    // It may have changed between being read and being shown.
    this.#schedule(message.id, lookAfterMs);
  }

  /** The oldest panel of the guild that has most: one that floods pushes out its own. */
  #oldestOfMost(): string {
    const byGuild = Map.groupBy(this.#entries.values(), ({ guildId }) => guildId);
    const [most = []] = [...byGuild.values()].sort((a, b) => b.length - a.length);
    return most[0]?.id ?? '';
  }

  changed(subject: string): void {
    for (const entry of this.#entries.values()) {
      if (entry.panel.subject !== subject) continue;
      entry.urgency = 'changed';
      this.#schedule(entry.id);
    }
  }

  /**
   * The guild is no longer served: its panels show `last` and are no longer updated. Those that everyone sees stay
   * stored, for `restore` when it is served again.
   */
  async leaveGuild(guildId: string, last: View): Promise<void> {
    const left = [...this.#entries.values()].filter((entry) => entry.guildId === guildId);
    for (const { id } of left) this.#drop(id);
    for (const { id, edit } of left)
      await edit(last).catch((err: unknown) =>
        this.#components.logger.info({ err, messageId: id }, 'a panel could not be told that it is over'),
      );
  }

  stop(): void {
    this.#stopped.abort(new Error('the hub is stopping'));
    for (const id of [...this.#entries.keys()]) this.#drop(id);
    this.#pacer.stop();
  }

  /** At the next moment that Discord's limits allow, and not before `afterMs`. */
  #schedule(id: string, afterMs = panelEditEveryMs): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    if (entry.editing) {
      entry.again = true;
      return;
    }
    const { clock } = this.#components;
    const dueAtMs = Math.max(
      entry.editedAtMs + Math.max(afterMs, panelEditEveryMs),
      entry.minute?.opensAtMs(clock.monotonicMs()) ?? 0,
    );
    if (entry.timer && (entry.dueAtMs ?? 0) <= dueAtMs) return;
    entry.timer?.cancel();
    entry.dueAtMs = dueAtMs;
    const waitMs = Math.max(0, dueAtMs - clock.monotonicMs());
    entry.timer = clock.after(waitMs, () => this.#queue(entry), { background: true });
  }

  #queue(entry: PanelEntry): void {
    entry.dueAtMs = undefined;
    let isRunning = false;
    const run = () => {
      isRunning = true;
      entry.timer = undefined;
      void inBackground(this.#components.logger, 'error', this.#edit(entry), 'panel failed by a defect');
    };
    const place = this.#pacer.enter({
      guildId: entry.guildId,
      channelId: placeOf(entry),
      urgency: () => entry.urgency,
      run,
    });
    if (!isRunning) entry.timer = place;
  }

  async #edit(entry: PanelEntry): Promise<void> {
    const { clock } = this.#components;
    if (clock.monotonicMs() - entry.sinceMs > panelLifetimeMs) return this.#leaveIfSame(entry);
    entry.editing = true;
    entry.urgency = 'passing';
    try {
      const { view, over } = await this.read(entry);
      assertFits(view);
      // Moved, or shown by an answer meanwhile.
      if (this.#entries.get(entry.id) !== entry) return;
      await entry.edit(view);
      entry.minute?.take(clock.monotonicMs());
      if (view.panel)
        Object.assign(entry, { panel: view.panel, minute: entry.minute ?? minuteOf(view.panel) });
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

  /** What a panel shows now, read as the hub itself. */
  async read({
    command,
    panel,
    guildId,
  }: Pick<PanelMessage, 'command' | 'panel' | 'guildId'>): Promise<{ view: View; over: boolean }> {
    const { clock, contexts } = this.#components;
    const name = command.definition.name;
    const late = () => new DeadlinePassed('panel: too slow');
    return withDeadline(
      clock,
      panelReadMaxMs,
      this.#stopped.signal,
      async (signal) => {
        const { panels } = await command.load();
        const handler = panels?.[panel.name];
        if (!handler) throw new Error(`no panel is called ${panel.name}`);
        return handler(contexts.makeForPanel({ command: name, guildId, signal }), panel.subject);
      },
      { late, background: true },
    );
  }

  #failed(entry: PanelEntry, error: unknown): void {
    const { logger } = this.#components;
    const facts = { err: error, messageId: entry.id, panel: entry.panel };
    const gone = error instanceof DiscordAPIError && goneCodes.includes(error.code);
    if (gone || isGuildmeshError(error)) {
      logger.info(facts, 'panel is no longer kept up to date');
      this.#leaveIfSame(entry);
    } else logger.warn(facts, 'panel was not updated; the next change tries again');
  }

  #leaveIfSame(entry: PanelEntry): void {
    if (this.#entries.get(entry.id) === entry) this.#leave(entry.id);
  }

  /** Permanently. */
  #leave(id: string): void {
    if (this.#entries.get(id)?.channelId !== undefined) this.#components.kept?.forget(id);
    this.#drop(id);
  }

  #drop(id: string): void {
    this.#entries.get(id)?.timer?.cancel();
    this.#entries.delete(id);
  }
}
