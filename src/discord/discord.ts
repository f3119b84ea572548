import { type Client, Events } from 'discord.js';
import type { APIInteraction } from 'discord-api-types/v10';
import type { Perform } from '#contracts/action.ts';
import type { CardBoard } from '#contracts/cards.ts';
import type { Command } from '#contracts/command.ts';
import type { Examiner } from '#contracts/diagnosis.ts';
import type {
  Announcer,
  ChannelStatusBoard,
  GuildDirectory,
  MemberDirectory,
  NoticeBoard,
  PeopleDirectory,
  StageSpeaker,
  VoiceGateway,
  VoicePresence,
} from '#contracts/discord.ts';
import type { GuildArrivals } from '#contracts/guild-arrivals.ts';
import { isServed, type StandingChange } from '#contracts/guild-standing.ts';
import type { ApplicationFacts, Hosting } from '#contracts/hosting.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { KeyValueStore } from '#contracts/key-value-store.ts';
import type { ThreadSource } from '#contracts/thread-source.ts';
import { inBackground } from '#core/background.ts';
import type { Chance, Clock } from '#core/clock.ts';
import type { GuildmeshError } from '#core/errors.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Secret } from '#core/secret.ts';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import { turns } from '#core/turns.ts';
import { ChannelAnnouncer } from './announcer.ts';
import { readApplication } from './application-reader.ts';
import { ChannelCards } from './card-board.ts';
import { createClient } from './client/client.ts';
import { closeError, login } from './client/login.ts';
import { logout } from './client/logout.ts';
import { Sender } from './client/sender.ts';
import { CommandIds } from './deployment/command-ids.ts';
import { type CommandScope, type Deployment, deployCommands } from './deployment/deploy-commands.ts';
import { DiscordExaminer } from './doctor/discord-examiner.ts';
import { discordErrors } from './errors.ts';
import { CachedGuildDirectory } from './guild-directory.ts';
import { Hello } from './hello.ts';
import { CustomIdCodec } from './interactions/custom-id.ts';
import { customIdKey } from './interactions/custom-id-key.ts';
import { Drafts } from './interactions/drafts.ts';
import { OpenForms } from './interactions/open-forms.ts';
import type { PanelChanges } from './interactions/panels.ts';
import { Router } from './interactions/router.ts';
import { inviteLink } from './invite-link.ts';
import { RestMemberDirectory } from './member-directory.ts';
import { ClientPeopleDirectory } from './people-directory.ts';
import { RestThreadReader } from './thread-reader.ts';
import { RestChannelStatus } from './voice/channel-status.ts';
import { RestStageSpeaker } from './voice/stage-speaker.ts';
import { ClientVoiceGateway } from './voice/voice-gateway.ts';
import { ClientVoicePresence } from './voice/voice-presence.ts';

export interface DiscordComponents {
  /** A function because the hub builds its services after this door. */
  perform: () => Perform;
  commands: readonly Command[];
  clock: Clock;
  chance: Chance;
  logger: Logger;
  /** Holds the registered commands, and the key of buttons. May lose its contents. */
  store: KeyValueStore;
  hosting: Hosting;
  /** Absent: no guild is greeted. */
  arrivals?: GuildArrivals;
  /** Holds the panels to keep up to date. Absent: none outlives the process. */
  intents?: IntentStore;
  /** Reports each change of what panels show. */
  panelChanges?: readonly PanelChanges[];
  /** Discord closed the session permanently while running: the process can't continue. */
  onFatal?: (error: GuildmeshError) => void;
}

export interface DiscordInit {
  token: Secret;
  /** `https://discord.com/api`, or a compatible base address. */
  apiUrl: string;
  /** Guilds that the configuration expects the bot in. */
  guildIds: readonly string[];
  commandScope: CommandScope;
  /** Leaves guilds that aren't home, while it is in one that is. */
  leaveOtherGuilds: boolean;
}

export interface Discord extends Startable {
  readonly guilds: GuildDirectory;
  /** What the markup of messages stands for in a guild, by what is known at this moment. */
  names(guildId: string): DiscordNames;
  readonly voiceGateway: VoiceGateway;
  readonly stage: StageSpeaker;
  readonly presence: VoicePresence;
  readonly announcer: Announcer & NoticeBoard;
  readonly cards: CardBoard;
  readonly people: PeopleDirectory;
  readonly members: MemberDirectory;
  readonly channelStatus: ChannelStatusBoard;
  readonly examiner: Examiner;
  readonly threads: ThreadSource;
  /** What Discord says about the application. Throws what the request throws. */
  application(signal: AbortSignal): Promise<ApplicationFacts>;
  /** After `start`: the link that invites the bot with the least permissions. */
  inviteUrl(): string;
}

/** The Discord door: gateway client, interaction router, command registration, and the ports services use. */
export function createDiscord(components: DiscordComponents, init: DiscordInit): Discord {
  return new DiscordDoor(components, init);
}

class DiscordDoor implements Discord {
  readonly name = 'discord';
  readonly guilds: CachedGuildDirectory;
  readonly voiceGateway: VoiceGateway;
  readonly stage: StageSpeaker;
  readonly presence: VoicePresence;
  readonly announcer: Announcer & NoticeBoard;
  readonly cards: CardBoard;
  readonly people: PeopleDirectory;
  readonly members: MemberDirectory;
  readonly channelStatus: ChannelStatusBoard;
  readonly examiner: DiscordExaminer;
  readonly threads: ThreadSource;
  readonly #components: DiscordComponents;
  readonly #init: DiscordInit;
  readonly #client: Client;
  readonly #router: Router;
  readonly #commandIds = new CommandIds();
  readonly #hello: Hello | undefined;
  #codec: CustomIdCodec | undefined;
  #unfollow: (() => void)[] = [];
  readonly #deployInTurn = turns();
  #stopping = false;

  constructor(components: DiscordComponents, init: DiscordInit) {
    const { clock, chance, logger } = components;
    this.#components = components;
    this.#init = init;
    this.#client = createClient({ clock, logger }, init);
    const { rest } = this.#client;
    const sender = new Sender({ rest });
    this.guilds = new CachedGuildDirectory({ client: this.#client });
    this.voiceGateway = new ClientVoiceGateway({ client: this.#client });
    this.presence = new ClientVoicePresence({ client: this.#client });
    this.stage = new RestStageSpeaker({ rest, guilds: this.guilds, clock, logger });
    this.announcer = new ChannelAnnouncer({ client: this.#client, sender, chance, logger });
    this.cards = new ChannelCards({ client: this.#client, post: (card) => this.#router.post(card) });
    this.members = new RestMemberDirectory({ client: this.#client, clock });
    this.people = new ClientPeopleDirectory({ client: this.#client, logger });
    this.channelStatus = new RestChannelStatus({ client: this.#client, rest });
    this.threads = new RestThreadReader({ rest, facts: this.guilds });
    this.examiner = new DiscordExaminer({ client: this.#client, guilds: this.guilds }, init);
    this.#router = new Router({
      ...components,
      sender,
      facts: this.guilds,
      codec: () => this.#requireCodec(),
      mention: (guildId, words) => this.#commandIds.mention(guildId, words),
      drafts: new Drafts(components),
      forms: new OpenForms({ drafts: new Drafts(components, { shelf: 'discord-forms' }), logger }),
    });
    const { arrivals, hosting } = components;
    const { standings } = hosting;
    this.#hello =
      arrivals && new Hello({ ...components, arrivals, standings, client: this.#client, cards: this.cards });
    this.#watch();
  }

  async start(signal: AbortSignal): Promise<void> {
    const { store, chance, clock, logger, hosting, panelChanges = [] } = this.#components;
    this.#codec = new CustomIdCodec({ chance }, { key: await customIdKey({ store, chance }) });
    await login({ client: this.#client, clock }, this.#init, signal);
    logger.info(
      { bot: this.#client.user?.username, guildCount: this.#client.guilds.cache.size },
      'logged in to Discord',
    );
    const joined = this.#client.guilds.cache.map(({ id, name }) => ({ id, name: name ?? id }));
    await hosting.loggedIn(joined, signal);
    this.#unfollow = [
      ...panelChanges.map((changes) => changes.onChange((subject) => this.#router.changed(subject))),
      hosting.standings.onChange((change) => this.#standingChanged(change)),
    ];
    this.#warnWhereMissing();
    await this.#router.restorePanels();
    await this.#deploy(joined.map(({ id }) => id));
    for (const { id } of joined) await this.#leaveIfForeign(id);
    await this.#hello?.loggedIn();
  }

  drain(): Promise<void> {
    return this.#router.drain();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
    this.#router.stop();
    await logout({ client: this.#client, clock: this.#components.clock });
  }

  application(signal: AbortSignal): Promise<ApplicationFacts> {
    return readApplication(this.#client.rest, signal);
  }

  names(guildId: string): DiscordNames {
    return this.guilds.names(guildId);
  }

  inviteUrl(): string {
    return inviteLink(this.#client.application?.id ?? this.guilds.botUserId());
  }

  #watch(): void {
    const { logger, onFatal } = this.#components;
    const client = this.#client;
    client.on(Events.Raw, (packet: { t: string | null; d: unknown }) => {
      // The router uses only the raw payload; the library's own objects mix in its caches.
      if (packet.t === 'INTERACTION_CREATE') void this.#router.handle(packet.d as APIInteraction);
    });
    client.on(Events.Error, (error) => logger.error({ err: error }, 'Discord client error'));
    client.on(Events.ShardError, (error, shardId) =>
      logger.warn({ err: error, shardId }, 'gateway connection error'),
    );
    client.on(Events.ShardReconnecting, (shardId) => {
      // The library also reports our own goodbye.
      if (!this.#stopping) logger.warn({ shardId }, 'gateway lost, reconnecting');
    });
    client.on(Events.ShardResume, (shardId, replayed) =>
      logger.info({ shardId, replayed }, 'gateway resumed'),
    );
    client.on(Events.ShardDisconnect, ({ code }, shardId) => {
      const error = closeError(code);
      logger.error({ shardId, closeCode: code, code: error.code }, 'gateway closed for good');
      if (client.isReady()) onFatal?.(error);
    });
    client.on(Events.GuildCreate, (guild) => {
      const standing = this.#components.hosting.standings.of(guild.id);
      logger.info({ guildId: guild.id, standing }, 'joined a guild');
      void this.#deploy([guild.id])
        .then(() => this.#leaveIfForeign(guild.id))
        .then(() => this.#hello?.joined(guild.id));
    });
    client.on(Events.GuildDelete, (guild) => {
      this.#commandIds.forget(guild.id);
      logger.warn({ guildId: guild.id }, 'left a guild');
    });
  }

  #warnWhereMissing(): void {
    const joined = this.#client.guilds.cache;
    const inviteUrl = this.inviteUrl();
    const missing = this.#init.guildIds.filter((guildId) => !joined.has(guildId));
    for (const guildId of joined.size === 0 ? [undefined] : missing) {
      const { code, message, next } = discordErrors.DISCORD_NOT_INVITED({ guildId, inviteUrl });
      this.#components.logger.warn({ code, problem: message, next }, 'bot is not invited');
    }
  }

  /** Never throws: commands registered earlier still work, and `/doctor` says what is wrong. */
  async #deploy(joinedGuildIds: string[]): Promise<void> {
    try {
      const deployed = await this.#deployInTurn('', () => this.#deployTo(joinedGuildIds));
      this.#commandIds.note(deployed);
      this.examiner.deployed(deployed);
    } catch (error) {
      this.#components.logger.error({ err: error }, 'commands could not be registered');
    }
  }

  #deployTo(guildIds: string[]): Promise<Deployment[]> {
    const { standings } = this.#components.hosting;
    return deployCommands({
      rest: this.#client.rest,
      applicationId: this.guilds.botUserId(),
      scope: this.#init.commandScope,
      guildIds,
      isServed: (guildId) => isServed(standings, guildId),
      commands: this.#components.commands,
      manifest: this.#components.store,
      logger: this.#components.logger,
    });
  }

  #standingChanged(change: StandingChange): void {
    const { logger } = this.#components;
    const { guildId, from, to } = change;
    // `home` and `served` show the same.
    if (from !== 'foreign' && to !== 'foreign') return void this.#hello?.look(guildId);
    if (this.#client.guilds.cache.has(guildId))
      void this.#deploy([guildId]).then(() => this.#hello?.look(guildId));
    const told = this.#router.standingChanged(change);
    void inBackground(logger, 'warn', told, 'panels were not told of a guild’s standing', { ...change });
  }

  /** Only while it is in a home guild: a wrong id in the configuration must not make it leave everybody. Never throws. */
  async #leaveIfForeign(guildId: string): Promise<void> {
    const { hosting, logger } = this.#components;
    const { standings } = hosting;
    const joined = this.#client.guilds.cache;
    const guild = joined.get(guildId);
    const isAtHome = joined.some(({ id }) => standings.of(id) === 'home');
    if (!this.#init.leaveOtherGuilds || !guild || !isAtHome || isServed(standings, guildId)) return;
    try {
      await guild.leave();
      logger.warn({ guildId }, 'left a guild that is not home');
    } catch (err) {
      logger.warn({ err, guildId }, 'a guild that is not home could not be left');
    }
  }

  #requireCodec(): CustomIdCodec {
    if (!this.#codec) throw new Error('the router was used before start');
    return this.#codec;
  }
}
