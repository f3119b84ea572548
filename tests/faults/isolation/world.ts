import { randomBytes } from 'node:crypto';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { createPlayground } from '@guildmesh/local-discord';
import type { Playground } from '@guildmesh/local-discord/contract';
import { HubProcess } from '#demo/hub-process.ts';
import { bareEnvironment, entryPath } from '../../process/support/two-communities.ts';
import { memoryFolder } from '../../support/temporary-folder.ts';
import { fourGuilds, type Places, placesIn } from './guilds.ts';
import type { Said } from './place.ts';
import { countShown } from './shown.ts';
import { Speaker } from './speaker.ts';

const samplePath = fileURLToPath(new URL('../../../src/audio/sample/guildmesh-sample.opus', import.meta.url));
const preloadUrl = new URL('./border-off.ts', import.meta.url).href;

export interface WorldInit {
  /** The hub's entry file; of this tree unless given. */
  entryPath?: string | undefined;
  onLogLine: (line: string) => void;
}

/** One hub as a process of its own, in four guilds of a local Discord. */
export class World {
  readonly playground: Playground;
  readonly places: Places;
  /** In every name that people of home give: no other text holds it. */
  readonly mark = `zq${randomBytes(3).toString('hex')}`;
  readonly libraryFile: string;
  /** Somebody in the lounge of home. */
  readonly speaker: Speaker;
  /** Messages with buttons that people of a place were shown before the counting began. */
  readonly relics = new Map<string, Said[]>();
  /** By guild, since the counting began. */
  readonly shown: Map<string, number>;
  /** How many things of a kind home made so far, by the word in their names. */
  readonly makings = new Map<string, number>();
  readonly #rowsAtFirst = new Map<string, number>();
  readonly #folder: ReturnType<typeof memoryFolder>;
  readonly #token: string;
  readonly #init: WorldInit;
  #hub: HubProcess;

  static async open(init: WorldInit): Promise<World> {
    const folder = memoryFolder();
    const token = `playground.${randomBytes(24).toString('base64url')}`;
    const stateDirectory = join(folder.path, 'discord');
    mkdirSync(stateDirectory);
    const playground = createPlayground({ seed: fourGuilds(token), stateDirectory, rateLimited: false });
    await playground.start();
    const world = new World(playground, folder, token, init);
    try {
      await world.#hub.start();
      return world;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  private constructor(
    playground: Playground,
    folder: ReturnType<typeof memoryFolder>,
    token: string,
    init: WorldInit,
  ) {
    this.playground = playground;
    this.#folder = folder;
    this.#token = token;
    this.#init = init;
    this.places = placesIn(playground);
    this.speaker = new Speaker(playground);
    this.shown = countShown(playground, this.mark);
    this.libraryFile = `${this.mark}library.opus`;
    mkdirSync(this.#library);
    copyFileSync(samplePath, join(this.#library, this.libraryFile));
    this.#hub = this.#newHub({});
  }

  /** The same hub over the same state, without the check that keeps guilds apart. */
  async restartWithoutBorder(): Promise<void> {
    await this.#hub.stop();
    this.#hub = this.#newHub({ ISOLATION_BORDER_OFF: '1' });
    await this.#hub.start();
  }

  async close(): Promise<void> {
    if (this.#hub.pid !== undefined) await this.#hub.stop();
    await this.playground.stop();
    this.#folder[Symbol.dispose]();
  }

  /** What there is from here on counts. */
  takeBaseline(): void {
    this.shown.clear();
    for (const { guildId } of Object.values(this.places))
      this.#rowsAtFirst.set(guildId, this.#rowsNaming(guildId));
  }

  rowsSinceBaseline(guildId: string): number {
    return this.#rowsNaming(guildId) - (this.#rowsAtFirst.get(guildId) ?? 0);
  }

  /** Whether this hub has that option in one of the forms of a command. */
  knows(command: string, option: string): boolean {
    const commands = this.playground.world.commands(this.places.home.guildId);
    return JSON.stringify(commands.find(({ name }) => name === command) ?? {}).includes(`"name":"${option}"`);
  }

  /** The broadcast of home's player, which no list shows. */
  playerId(): string {
    const database = new DatabaseSync(join(this.#folder.path, 'hub', 'hub.db'), { readOnly: true });
    try {
      const row = database
        .prepare('select player_id from player where guild_id = ?')
        .get(this.places.home.guildId);
      return String(row?.player_id);
    } finally {
      database.close();
    }
  }

  /** Rows of the database, of whatever table, that name this guild. */
  #rowsNaming(guildId: string): number {
    const database = new DatabaseSync(join(this.#folder.path, 'hub', 'hub.db'), { readOnly: true });
    try {
      const tables = database.prepare("select name from sqlite_master where type = 'table'").all();
      return tables
        .flatMap(({ name }) => database.prepare(`select * from "${name}"`).all())
        .filter((row) => Object.values(row).some((value) => String(value).includes(guildId))).length;
    } finally {
      database.close();
    }
  }

  get #library(): string {
    return join(this.#folder.path, 'library');
  }

  #newHub(more: Record<string, string>): HubProcess {
    return new HubProcess({
      name: 'Hub',
      entryPath: this.#init.entryPath ?? entryPath,
      onLogLine: this.#init.onLogLine,
      environment: bareEnvironment({
        NODE_EXTRA_CA_CERTS: this.playground.certificatePath,
        DISCORD_TOKEN: this.#token,
        GUILDMESH_DISCORD_API_URL: this.playground.apiUrl,
        // What can be typed in a guild is then no border of its own.
        GUILDMESH_DISCORD_COMMAND_SCOPE: 'global',
        GUILDMESH_STATE_DIR: join(this.#folder.path, 'hub'),
        GUILDMESH_COMMUNITY_NAME: 'Home',
        GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
        GUILDMESH_MESH_MDNS: 'false',
        GUILDMESH_AUDIO_LIBRARY_DIR: this.#library,
        GUILDMESH_LOG_LEVEL: 'warn',
        NODE_OPTIONS: `--import=${preloadUrl}`,
        ...more,
      }),
    });
  }
}
