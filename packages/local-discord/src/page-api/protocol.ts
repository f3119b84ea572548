/**
 * Messages between the page and its server. Both sides import this file; it holds types and limits only.
 *
 * JSON over HTTP under `/playground/api`, one WebSocket for events, one per voice channel being heard.
 */
import type { APIMessage, APIVoiceState } from 'discord-api-types/v10';
import type { Answer, FormValue, GuildView, HeardView, PlaygroundEvent } from '../contract.ts';
import type { ListenerStats } from '../voice/contract.ts';
import type { WireCommand } from '../world/wire-command.ts';

export const apiPrefix = '/playground/api';
export const livePath = `${apiPrefix}/live`;
export const listenPath = `${apiPrefix}/listen`;

/** Newest messages of a channel that the page gets and keeps. */
export const messagesShownMax = 200;
/** Files of one command or form, all together. Discord's own limit for one file is 10 MiB. */
export const attachmentsMaxBytes = 10 * 1024 * 1024;

export interface GuildState extends GuildView {
  commands: WireCommand[];
  voiceStates: APIVoiceState[];
  heard: HeardView[];
}

export interface WorldState {
  guilds: GuildState[];
}

/** A module of the host's that adds a panel to the page, where to load it, and what to give it. */
export interface PanelState {
  name: string;
  module: string;
  style?: string;
  data: unknown;
}

/** Another page of the host's, which the rail of guilds leads to. */
export interface LinkState {
  title: string;
  url: string;
}

export interface PanelsState {
  panels: PanelState[];
  links: LinkState[];
}

export interface MessagesState {
  messages: APIMessage[];
}

/** Every action names who acts and where. `bytes` are base64. */
export interface Act {
  guildId: string;
  userId: string;
}
export interface SentFile {
  name: string;
  bytes: string;
}
export interface RunAct extends Act {
  typed: string;
  channelId: string;
  attachments: SentFile[];
}
export interface AutocompleteAct extends Act {
  typed: string;
  channelId: string;
}
export interface ClickAct extends Act {
  messageId: string;
  customId: string;
}
export interface SelectAct extends ClickAct {
  values: string[];
}
export interface ModalAct extends Act {
  interactionId: string;
  values: Record<string, FormValue>;
  /** Files of its file uploads, by custom id. */
  files: Record<string, SentFile[]>;
}
export interface MessageCommandAct extends Act {
  commandName: string;
  messageId: string;
}
export interface SayAct extends Act {
  channelId: string;
  content: string;
}

/** The answer to every action. */
export type ActAnswer<Result> = { result: Result } | { refusal: Refusal };

/** The first visible answer; what follows arrives as events. */
export type ActResult = Pick<Answer, 'interactionId' | 'ephemeral' | 'modal'>;

export interface Refusal {
  code: string;
  message: string;
  next: string;
}

/** Client to server on the live socket: the member that the page shows, by guild. */
export interface LiveRequest {
  viewers: Record<string, string>;
}
/** `ready` follows every LiveRequest: from then on the events are those of these viewers. */
export type LiveEvent = PlaygroundEvent | { type: 'ready' };

/** Text frames of the listen socket; binary frames are audio packets (audio-packet.ts). */
export type ListenNotice =
  | { type: 'joined' }
  | { type: 'refused'; refusal: Refusal }
  | { type: 'stats'; stats: ListenerStats; framesSkipped: number };
