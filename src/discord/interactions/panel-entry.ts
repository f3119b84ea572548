import type { Command, View, ViewPanel } from '#contracts/command.ts';
import type { Timer } from '#core/clock.ts';
import type { Urgency } from './edit-pacer.ts';
import { EditWindow } from './edit-window.ts';

/** A message that shows something which changes. */
export interface PanelMessage {
  id: string;
  guildId: string;
  command: Command;
  panel: ViewPanel;
  edit(view: View): Promise<void>;
  /** The channel where everyone sees it; absent: it ends with the hub. */
  channelId?: string | undefined;
}

/** A panel, and where it stands between edits. */
export interface PanelEntry extends PanelMessage {
  sinceMs: number;
  editedAtMs: number;
  /** Waits for its own next moment, then for a place among all edits. */
  timer: Timer | undefined;
  /** Its own next moment; undefined once it waits among all edits. */
  dueAtMs: number | undefined;
  urgency: Urgency;
  editing: boolean;
  /** Changed while it was being edited. */
  again: boolean;
  /** For a panel that is edited more seldom than Discord allows. */
  minute: EditWindow | undefined;
}

/** Undefined: as many edits as Discord allows. */
export function minuteOf({ editsPerMinuteMax }: ViewPanel): EditWindow | undefined {
  return editsPerMinuteMax === undefined ? undefined : new EditWindow(editsPerMinuteMax, 60_000);
}

/** What only its asker sees is in no channel's window but its own. */
export function placeOf({ id, channelId }: PanelMessage): string {
  return channelId ?? id;
}
