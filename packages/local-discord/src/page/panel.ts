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
  guilds(): readonly PanelGuild[];
  /** Calls when guilds or their channels change. Returns the function that unsubscribes. */
  onGuilds(listener: () => void): () => void;
  openGuild(guildId: string): void;
  /** Opens a channel of the open guild. */
  openChannel(channelId: string): void;
  /** Puts text into the composer, where people may change it before they send it. */
  setDraft(text: string): void;
}

export interface PanelGuild {
  id: string;
  name: string;
  channels: readonly { id: string; name?: string | null }[];
}
