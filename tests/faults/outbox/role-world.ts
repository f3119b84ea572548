import { join } from 'node:path';
import { deliveryRetry } from '#contracts/actions/publish.ts';
import { targetAdd } from '#contracts/actions/targets.ts';
import { Secret } from '#core/secret.ts';
import { HubProcess } from '#demo/hub-process.ts';
import { plugins } from '#plugins/index.ts';
import { ids, smallWorldToken } from '../../local-discord/support/small-world.ts';
import { bareEnvironment, entryPath } from '../../process/support/two-communities.ts';
import { person, publishingWorld } from '../../publishing/support/publishing-bench.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { Front, type Place } from './front.ts';
import { Platforms } from './platforms.ts';
import type { Tally } from './tally.ts';

const hurried = new URL('./impatient-role.ts', import.meta.url).href;
const blind = new URL('./blind-retry.ts', import.meta.url).href;
const vaultKey = 'ab'.repeat(32);
const guildId = ids.guild;
/** In Discord, where it can be looked up what landed. */
const targets = ['news', 'results'] as const;
const manager = person('1', 'manager', guildId);

type Planner = Awaited<ReturnType<typeof publishingWorld>>;

/** What the database says of one delivery. */
export interface RoleEnd {
  state: string;
  error: string | null;
}

export interface RolePlace {
  folder: string;
  postgresUrl: Secret;
  /** False: what is sent again is sent blindly. */
  lookUpBeforeRetry: boolean;
}

/**
 * A database in which a hub that never delivers plans posts, the platforms, and processes of role `publisher` that find
 * them through fronts: all that a process sends comes by the front of its own place.
 */
export class RoleWorld {
  /** Publications planned so far: 0 to `asked` - 1. */
  asked = 0;
  readonly fronts: readonly Front[];
  readonly platforms: Platforms;
  readonly #planner: Planner;
  readonly #place: RolePlace;
  readonly #deliveryIds: string[] = [];

  private constructor(
    parts: { platforms: Platforms; fronts: readonly Front[]; planner: Planner },
    place: RolePlace,
  ) {
    this.platforms = parts.platforms;
    this.fronts = parts.fronts;
    this.#planner = parts.planner;
    this.#place = place;
  }

  static async open(tally: Tally, place: RolePlace, processes: number): Promise<RoleWorld> {
    const platforms = await Platforms.open(place.folder);
    const fronts = await Promise.all(Array.from({ length: processes }, () => Front.open(platforms, tally)));
    const planner = await publishingWorld({
      publishers: plugins,
      folder: join(place.folder, 'planner'),
      clock: new FakeClock(Date.now()),
      postgresUrl: place.postgresUrl,
      vault: { key: new Secret(vaultKey) },
      token: new Secret(smallWorldToken),
      guildIds: [guildId],
      logLevel: 'warn',
    });
    const options = { kind: 'message', channelId: ids.text };
    for (const name of targets)
      await planner.act(targetAdd, { guildId, name, publisher: 'discord', options, policy: 'none' }, manager);
    // To this process alone: it leaves what it plans to others.
    planner.standings.set(guildId, 'foreign');
    return new RoleWorld({ platforms, fronts, planner }, place);
  }

  /** The next publication, durable when this resolves. */
  async plan(): Promise<void> {
    const index = this.asked++;
    const digits = String(index).padStart(6, '0');
    const { deliveries } = await this.#planner.publishing.publications.order({
      guildId,
      cause: `faults ${digits}`,
      targets: [targets[index % targets.length] ?? ''],
      orderedBy: 'system:faults',
      content: { title: `Result ${digits}`, body: 'The work is done.' },
    });
    this.#deliveryIds[index] = deliveries[0]?.id ?? '';
  }

  /** The process that lives at a place, not started yet. Its state folder is that of the one before. */
  process(place: number, onLogLine: (line: string) => void): HubProcess {
    const { places } = this.fronts[place] as Front;
    const { folder, postgresUrl, lookUpBeforeRetry } = this.#place;
    const { addresses, routes } = places.discord as Place;
    const apiUrl = new URL(addresses.apiUrl ?? '');
    return new HubProcess({
      name: `Publisher ${place + 1}`,
      entryPath,
      onLogLine,
      environment: bareEnvironment({
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
        NODE_OPTIONS: `--import=${hurried}${lookUpBeforeRetry ? '' : ` --import=${blind}`}`,
        DISCORD_TOKEN: smallWorldToken,
        GUILDMESH_PROCESS_ROLES: 'publisher',
        GUILDMESH_DISCORD_API_URL: `${routes[apiUrl.origin]}${apiUrl.pathname}`,
        GUILDMESH_DISCORD_GUILD_IDS: guildId,
        GUILDMESH_STORAGE_POSTGRES_URL: postgresUrl.reveal(),
        GUILDMESH_STATE_DIR: join(folder, `publisher-${place}`),
        GUILDMESH_ARTIFACTS_DIR: join(folder, 'artifacts'),
        GUILDMESH_VAULT_KEY: vaultKey,
        GUILDMESH_LOG_LEVEL: 'warn',
      }),
    });
  }

  /** By the number of the publication. */
  async ends(): Promise<RoleEnd[]> {
    const rows = await this.#planner.db
      .selectFrom('delivery')
      .select(['id', 'state', 'error_code as error'])
      .execute();
    const byId = new Map(rows.map(({ id, ...end }) => [id, end]));
    return this.#deliveryIds.map((id) => byId.get(id) ?? { state: 'gone', error: null });
  }

  /** What a person does who finds a dead letter: one of three processes in a row that died with it in hand. */
  async retryDeadLetters(): Promise<number> {
    const ends = await this.ends();
    const dead = this.#deliveryIds.filter((_, index) => ends[index]?.error === 'OUTBOX_POISON');
    for (const deliveryId of dead) await this.#planner.act(deliveryRetry, { guildId, deliveryId }, manager);
    return dead.length;
  }

  async close(): Promise<void> {
    await this.#planner.stop();
    await Promise.all(this.fronts.map((front) => front.close()));
    await this.platforms.close();
  }
}
