/**
 * What a host's own panel in the page is: a JavaScript module that exports `createPanel`. The host names its file to
 * `createPageMount`; the page loads it, gives it a button in the header and a frame with a heading, and remembers
 * whether it is open.
 */

export interface PanelModule {
  /** `data` is what the host gave with the module, after a way through JSON. */
  createPanel(page: PanelPage, data: unknown): Panel;
}

export interface Panel {
  /** Words of its button and its heading. */
  title: string;
  /** Fills `body`, an empty element, each time the panel is opened. Returns what ends it, before `body` goes away. */
  mount(body: HTMLElement): () => void;
}

/** What a panel may read and do. */
export interface PanelPage {
  /** What the host gives with the module now. */
  data(): Promise<unknown>;
  guilds(): readonly PanelGuild[];
  /** Calls when guilds or their channels change. Returns the function that unsubscribes. */
  onGuilds(listener: () => void): () => void;
  openGuild(guildId: string): void;
  /** Opens a channel of the open guild. */
  openChannel(channelId: string): void;
  /** Puts text into the composer, where people may change it before they send it. */
  setDraft(text: string): void;
  /** Acts in the open guild as this member from now on. */
  speakAs(userId: string): void;
  /** Each of these does in the open channel what a person could. Resolves to what was in the way; undefined: nothing was. */
  send(command: string): Promise<string | undefined>;
  /** Presses the newest button of these words, once there is one. */
  press(label: string, signal: AbortSignal): Promise<string | undefined>;
  /** Chooses what has these words, or begins with them, in the newest select that offers it. */
  choose(label: string, signal: AbortSignal): Promise<string | undefined>;
  /** Joins a voice channel of the open guild and listens. */
  join(channelId: string, signal: AbortSignal): Promise<string | undefined>;
}

export interface PanelGuild {
  id: string;
  name: string;
  ownerId: string;
  channels: readonly { id: string; name?: string | null }[];
  /** Ids of bots with a live session. */
  botsOnline: readonly string[];
  /** Members in voice channels. */
  voiceStates: readonly { user_id: string; channel_id: string | null }[];
  /** What people in voice channels decrypted since the start. Listeners of `onGuilds` are called once a second of sound. */
  heard: readonly {
    userId: string;
    channelId: string;
    speakerId: string;
    /** Id of the bot whose sound it passed on, where the host knows it. */
    soundOf?: string;
    framesDecrypted: number;
  }[];
}
