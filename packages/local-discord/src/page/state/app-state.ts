import type { APIMessage, APIModalInteractionResponseCallbackData } from 'discord-api-types/v10';
import type { GuildState, LinkState, Refusal } from '../../page-api/protocol.ts';
import type { ListenerStats } from '../../voice/contract.ts';
import { type PcmLevel, silence } from '../model/pcm-level.ts';
import type { Panel } from '../panel.ts';
import type { OpenIdMenu } from './id-menu.ts';

export interface AppState {
  /** `lost`: the server went away; the page keeps asking. */
  connection: 'connecting' | 'live' | 'lost';
  guilds: GuildState[];
  /** The host's, once they are loaded. */
  panels: LoadedPanel[];
  /** Other pages of the host’s. */
  links: LinkState[];
  guildId: string | undefined;
  /** The last open channel of each guild. */
  channelIds: Record<string, string>;
  /** The acting member, by guild. */
  viewers: Record<string, string>;
  messages: Record<string, APIMessage[]>;
  /** Ephemeral messages put away. */
  dismissed: ReadonlySet<string>;
  /** Commands on their way, and those that failed until they are put away. */
  runs: Run[];
  modal: OpenModal | undefined;
  voice: VoiceState | undefined;
  /** What a panel wants the composer to hold; undefined once it does. */
  draft: { text: string } | undefined;
  idMenu: OpenIdMenu | undefined;
  /** A line that leaves after a while. */
  note: { text: string } | undefined;
  /** The channel list of narrow screens. */
  drawerOpen: boolean;
}

/** Either there, or why it is not. */
export type LoadedPanel =
  | { name: string; panel: Panel; problem?: undefined }
  | { name: string; panel?: undefined; problem: string };

export interface Run {
  id: number;
  guildId: string;
  channelId: string;
  userId: string;
  label: string;
  failure?: Refusal;
}

export interface OpenModal {
  guildId: string;
  userId: string;
  interactionId: string;
  data: APIModalInteractionResponseCallbackData;
}

export interface VoiceState {
  guildId: string;
  channelId: string;
  userId: string;
  status: 'joining' | 'listening' | 'ended';
  refusal?: Refusal;
  framesDecoded: number;
  framesLost: number;
  level: PcmLevel;
  /** For the newest frame that isn't silence; undefined until one came. */
  e2ee: boolean | undefined;
  speakerIds: string[];
  stats?: ListenerStats;
}

export const initialState: AppState = {
  connection: 'connecting',
  guilds: [],
  panels: [],
  links: [],
  guildId: undefined,
  channelIds: {},
  viewers: {},
  messages: {},
  dismissed: new Set(),
  runs: [],
  modal: undefined,
  voice: undefined,
  draft: undefined,
  idMenu: undefined,
  note: undefined,
  drawerOpen: false,
};

export function silentVoice(place: Pick<VoiceState, 'guildId' | 'channelId' | 'userId'>): VoiceState {
  return {
    ...place,
    status: 'joining',
    framesDecoded: 0,
    framesLost: 0,
    level: silence,
    e2ee: undefined,
    speakerIds: [],
  };
}
