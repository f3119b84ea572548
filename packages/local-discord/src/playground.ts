/** A local Discord on one port of 127.0.0.1: REST, gateway and attachments; voice and the page join in. */
import Fastify, { type FastifyInstance } from 'fastify';
import type {
  Faults,
  MemberSession,
  Playground,
  PlaygroundEvent,
  PlaygroundInit,
  Violation,
  WorldView,
} from './contract.ts';
import { errorText, systemCodeOf } from './errors.ts';
import { createFaults } from './faults/faults.ts';
import { RouteFaults } from './faults/route-faults.ts';
import { mountGateway } from './gateway/upgrade.ts';
import { listeningPort } from './listening-port.ts';
import { playgroundErrors } from './people/errors.ts';
import { createMemberSession } from './people/member-session.ts';
import { createPlatform, type Platform } from './platform.ts';
import { createJudge, type Judge } from './rest/judge.ts';
import { RateLimits, unlimited } from './rest/rate-limits.ts';
import { allRoutes } from './rest/routes/all.ts';
import { mountAttachments } from './rest/routes/attachments.ts';
import { mountRest } from './rest/server.ts';
import { discordTiming } from './timing.ts';
import { loadOrCreateCertificate } from './voice/certificate.ts';
import { createVoiceServer } from './voice/voice-server.ts';
import { createWorldView } from './world/world-view.ts';

const host = '127.0.0.1';
/** Violations are for reading; a misbehaving bot must not fill the memory with them. */
const violationsMax = 1_000;

export function createPlayground(init: PlaygroundInit): Playground {
  return new LocalDiscord(init);
}

/** What exists between `start` and `stop`. */
interface Running {
  platform: Platform;
  app: FastifyInstance;
  faults: Faults;
  world: WorldView;
  certificatePath: string;
  closeGateway: () => void;
}

class LocalDiscord implements Playground {
  readonly violations: Violation[] = [];
  readonly #init: PlaygroundInit;
  readonly #listeners = new Set<(event: PlaygroundEvent) => void>();
  #running: Running | undefined;
  #baseUrl = '';

  constructor(init: PlaygroundInit) {
    this.#init = init;
  }

  get apiUrl(): string {
    return `${this.#baseUrl}/api`;
  }

  get pageUrl(): string {
    return `${this.#baseUrl}/`;
  }

  get certificatePath(): string {
    return this.#run().certificatePath;
  }

  get world(): WorldView {
    return this.#run().world;
  }

  get faults(): Faults {
    return this.#run().faults;
  }

  async start(): Promise<void> {
    const { seed, timing, stateDirectory, log, port = 0, createVoice = createVoiceServer } = this.#init;
    const certificate = await loadOrCreateCertificate(stateDirectory);
    const voice = createVoice({
      certificate,
      onViolation: ({ where, problem }) => this.#violate(where, problem),
      ...(log ? { log } : {}),
    });
    const platform = createPlatform({
      seed,
      timing: { ...discordTiming, ...timing },
      voice,
      emit: (event) => this.#emit(event),
      soundOf: this.#init.soundOf,
      baseUrl: () => this.#baseUrl,
    });
    const routeFaults = new RouteFaults();
    const judge = this.#makeJudge();
    const app = Fastify({
      logger: false,
      forceCloseConnections: true,
      // Clients escape the @ of `@me` and `@original`; a fixed path segment is compared as it stands.
      rewriteUrl: ({ url = '/' }) => url.replace(/%40/g, '@'),
    });
    this.#mountDoors(app, platform, routeFaults, judge);
    const closeGateway = mountGateway(app, {
      ...platform,
      voiceStateUpdate: (botId, request) => platform.voiceDesk.request(botId, request),
      violate: (problem) => this.#violate('gateway', problem),
    });
    const faults = createFaults(platform, routeFaults);
    const world = createWorldView(platform);
    this.#running = {
      platform,
      app,
      faults,
      world,
      certificatePath: certificate.certificatePath,
      closeGateway,
    };
    try {
      await voice.start();
      await this.#init.mountPage?.(app, this);
      await app.listen({ host: host, port });
    } catch (error) {
      await this.stop();
      const isTaken = systemCodeOf(error) === 'EADDRINUSE';
      throw isTaken ? playgroundErrors.PLAYGROUND_PORT_TAKEN({ port }, { cause: error }) : error;
    }
    this.#baseUrl = `http://${host}:${listeningPort(app.server)}`;
    // After callers that wait for the start have continued.
    setImmediate(() => judge.warmUp());
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.platform.gateway.stop();
    running.closeGateway();
    await running.app.close();
    await running.platform.voice.stop();
  }

  as(userId: string, guildId: string): MemberSession {
    const { platform } = this.#run();
    const guild = platform.world.guilds.get(guildId);
    if (!guild?.members.has(userId)) throw playgroundErrors.PLAYGROUND_NOT_A_MEMBER({ userId, guildId });
    return createMemberSession(platform, guild, userId);
  }

  subscribe(listener: (event: PlaygroundEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #mountDoors(app: FastifyInstance, platform: Platform, faults: RouteFaults, judge: Judge): void {
    const { observe, rateLimited = true, log = () => {} } = this.#init;
    const components = {
      world: platform.world,
      faults,
      rateLimits: rateLimited ? new RateLimits() : unlimited,
      judge,
      baseUrl: () => this.#baseUrl,
      log,
      ...(observe ? { observe } : {}),
    };
    mountRest(app, components, allRoutes(platform));
    mountAttachments(app, platform.attachments);
  }

  #makeJudge(): Judge {
    return createJudge({
      load: async () => (await import('./rest/body-schemas.ts')).bodySchemas,
      violate: (where, problem) => this.#violate(where, problem),
    });
  }

  #violate(where: string, problem: string): void {
    this.#init.log?.(`playground: violation at ${where}: ${problem}`);
    if (this.violations.length < violationsMax) this.violations.push({ where, problem });
  }

  #emit(event: PlaygroundEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A failing subscriber must not fail a bot's request.
        this.#init.log?.(`playground: a subscriber failed on ${event.type}: ${errorText(error)}`);
      }
    }
  }

  #run(): Running {
    if (!this.#running) throw new Error('The playground is not running: start it first.');
    return this.#running;
  }
}
