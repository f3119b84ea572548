import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { createPlayground } from '@guildmesh/local-discord';
import type { MemberSession, Playground, WorldSeed } from '@guildmesh/local-discord/contract';
import { ChannelType, PermissionFlagsBits } from 'discord-api-types/v10';
import { HubProcess } from '#demo/hub-process.ts';
import { homeGuilds, ids, northAndSouth } from '#demo/north-and-south.ts';
import {
  bareEnvironment,
  communityNames,
  entryPath,
  meet,
  offered,
  say,
  until,
} from '../../process/support/two-communities.ts';
import { memoryFolder } from '../../support/temporary-folder.ts';
import { AudioMeter, pause } from './audio-meter.ts';
import type { Meddling } from './meddle.ts';

/** Takes one member. */
const booth = '1100000000000000205';
const den = '1100000000000000206';
export const places = { lounge: ids.southLounge, stage: ids.southStage, booth, den };
const { southGuild, southBot } = ids;

const meddleUrl = new URL('./meddle.ts', import.meta.url).href;
const hearsWithinMs = 20_000;

/** The local Discord, and North and South as processes of their own: North broadcasts, South relays. */
export class FaultWorld {
  readonly playground: Playground;
  readonly ada: MemberSession;
  readonly sol: MemberSession;
  north: HubProcess;
  south: HubProcess;
  meter: AudioMeter | undefined;
  /** South's log since the last look. */
  logLines: string[] = [];
  reference = '';
  readonly names = communityNames();
  readonly #folder: string;
  readonly #control: string;
  readonly #tokens: { north: string; south: string };
  readonly #remove: () => void;
  #meddling: Meddling = {};

  static async open(): Promise<FaultWorld> {
    const folder = memoryFolder();
    const tokens = { north: token(), south: token() };
    const seed = northAndSouth(tokens);
    furnish(seed);
    const stateDirectory = join(folder.path, 'discord');
    mkdirSync(stateDirectory);
    const playground = createPlayground({ seed, stateDirectory, rateLimited: false });
    await playground.start();
    const world = new FaultWorld(playground, folder.path, tokens, () => folder[Symbol.dispose]());
    try {
      await Promise.all([world.north.start(), world.south.start()]);
      await world.#meet();
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  private constructor(
    playground: Playground,
    folder: string,
    tokens: { north: string; south: string },
    remove: () => void,
  ) {
    this.playground = playground;
    this.#folder = folder;
    this.#tokens = tokens;
    this.#remove = remove;
    this.#control = join(folder, 'control.json');
    this.ada = playground.as(ids.ada, ids.northGuild);
    this.sol = playground.as(ids.sol, southGuild);
    this.north = this.#hub('North', this.#tokens.north, {});
    this.south = this.#hub('South', this.#tokens.south, {});
  }

  /** Ends everything; returns how many processes of this world were left. */
  async close(): Promise<number> {
    this.meter?.leave();
    await Promise.all([this.north.stop(), this.south.stop()]);
    await this.playground.stop();
    await pause(200);
    const left = processesWith(this.#folder);
    for (const pid of left) process.kill(pid, 'SIGKILL');
    this.#remove();
    return left.length;
  }

  /** South again, without a guard or whole. */
  async restartSouth(guardOff?: string): Promise<void> {
    await this.south.stop();
    this.south = this.#hub('South', this.#tokens.south, guardOff ? { VOICE_FAULTS_GUARD_OFF: guardOff } : {});
    await this.south.start();
  }

  /** After kill -9. */
  async startSouth(): Promise<void> {
    await this.south.start();
  }

  async startNorth(): Promise<void> {
    await this.north.start();
  }

  meddle(change: Meddling): void {
    this.#meddling = { ...this.#meddling, ...change };
    writeFileSync(this.#control, JSON.stringify(this.#meddling));
  }

  /** Programme in the channel, heard steadily by somebody: where every case starts. */
  async playIn(channelId: string): Promise<AudioMeter> {
    this.playground.faults.voice.udp = { loss: 0, delayMs: 0 };
    if (
      this.meter?.listener.channelId !== channelId ||
      !this.#isInside(this.meter.listener.userId, channelId)
    ) {
      this.meter?.leave();
      this.meter = new AudioMeter(await this.playground.as(ids.mika, southGuild).listen(channelId));
    }
    const { meter } = this;
    // A connection that has just been restored is more cautious than a fresh one.
    if (this.disturbances() > 0 && this.botState()) await this.stopRelay();
    if (!(await this.#steady(meter, 3_000))) {
      if (!/Nothing plays/.test(await this.status())) await this.stopRelay();
      await say(this.sol, `/relay start broadcast:"${this.reference}" channel:${channelId}`);
      if (!(await this.#steady(meter, hearsWithinMs)))
        throw new Error(
          `no programme in ${channelId}: ${await this.status()}\n${this.logLines.slice(-12).join('\n')}`,
        );
    }
    this.logLines = [];
    return meter;
  }

  async stopRelay(): Promise<void> {
    await say(this.sol, '/relay stop');
    await until('the bot to leave', async () => !this.botState());
    this.meter?.forget();
  }

  status(): Promise<string> {
    return say(this.sol, '/relay status');
  }

  /** The relay's own card, which says more than the list. */
  async showRelay(): Promise<string> {
    const answer = await this.sol.run('/relay status', { channelId: ids.southGeneral });
    return answer.text();
  }

  botState() {
    return this.playground.world.voiceStates(southGuild).find(({ user_id }) => user_id === southBot);
  }

  /** How often South's log said that it rejoined, or lost its worker. */
  disturbances(): number {
    return this.logLines.filter((line) => /voice rejoins|voice worker (stopped|hangs)|voice lost/.test(line))
      .length;
  }

  auditRows(action: string): { input: string; error_code: string | null }[] {
    const database = new DatabaseSync(join(this.#folder, 'south', 'hub.db'), { readOnly: true });
    try {
      return database.prepare('select input, error_code from audit where action = ?').all(action) as never;
    } finally {
      database.close();
    }
  }

  #isInside(userId: string, channelId: string): boolean {
    const states = this.playground.world.voiceStates(southGuild);
    return states.some((state) => state.user_id === userId && state.channel_id === channelId);
  }

  async #steady(meter: AudioMeter, timeoutMs: number): Promise<boolean> {
    const endMs = performance.now() + timeoutMs;
    while (performance.now() < endMs) {
      if (meter.steady()) return true;
      await pause(100);
    }
    return false;
  }

  async #meet(): Promise<void> {
    await meet(this);
    await say(this.ada, '/broadcast start source:sample');
    this.reference = await offered(this.sol);
  }

  #hub(name: 'North' | 'South', botToken: string, more: Record<string, string>): HubProcess {
    const meddled: Record<string, string> =
      name === 'South' ? { NODE_OPTIONS: `--import=${meddleUrl}`, VOICE_FAULTS_CONTROL: this.#control } : {};
    return new HubProcess({
      name,
      entryPath,
      onLogLine: (line) => {
        if (name === 'South') this.logLines.push(line);
      },
      environment: bareEnvironment({
        NODE_EXTRA_CA_CERTS: this.playground.certificatePath,
        DISCORD_TOKEN: botToken,
        GUILDMESH_DISCORD_API_URL: this.playground.apiUrl,
        GUILDMESH_DISCORD_GUILD_IDS: homeGuilds[name === 'North' ? 'north' : 'south'].join(','),
        GUILDMESH_STATE_DIR: join(this.#folder, name.toLowerCase()),
        GUILDMESH_COMMUNITY_NAME: name === 'North' ? this.names.north : this.names.south,
        GUILDMESH_MESH_LISTEN: '/ip4/127.0.0.1/tcp/0',
        GUILDMESH_LOG_LEVEL: 'info',
        ...meddled,
        ...more,
      }),
    });
  }
}

/** South gets a channel for one, another beside the lounge, and may call itself to speak on its stage. */
function furnish(seed: WorldSeed): void {
  const south = seed.guilds.find(({ id }) => id === southGuild);
  const stage = south?.channels.find(({ id }) => id === ids.southStage);
  if (stage) stage.overwrites = [{ id: southBot, type: 1, allow: PermissionFlagsBits.MuteMembers, deny: 0n }];
  south?.channels.push(
    { id: booth, name: 'Booth', type: ChannelType.GuildVoice, userLimit: 1 },
    { id: den, name: 'Den', type: ChannelType.GuildVoice },
  );
}

function token(): string {
  return `playground.${randomBytes(24).toString('base64url')}`;
}

/** Processes, whatever started them, whose environment names the folder of this world. */
function processesWith(folder: string): number[] {
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid);
  return pids.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(folder);
    } catch {
      return false;
    }
  });
}
