import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type FakePlatform, isWrite, readAsked } from '../../plugins/compliance/fake-platform.ts';
import { publisherFaults } from '../../plugins/publisher-faults.ts';
import { type Accident, drawAccident, leavesOpen, meet } from './accidents.ts';
import type { Platforms } from './platforms.ts';
import type { Tally } from './tally.ts';

/** Where a worker finds one platform: at its own addresses, and by routes that lead through the worker's front. */
export interface Place {
  addresses: Record<string, string>;
  /** `HostHttpInit.routes` */
  routes: Record<string, string>;
  credentials: Record<string, string>;
}

/** The instants of a request that a death can be tied to. */
export type Moment = 'request' | 'effect' | 'answer';

export interface Aim {
  /** At requests of this one alone; of any where absent. */
  publisher?: string;
  moment: Moment;
  /** From 1: at which of them. */
  nth: number;
  /** Resolves when the process is dead: whatever follows, follows its death. */
  strike(): Promise<void>;
}

/** Requests of a process that was killed in their midst still arrive, or do not. */
const lostWithSender = 0.5;

/**
 * The platforms as the processes of one worker see them: requests come this way alone, so it is known whose they are.
 * Here they meet accidents, and here a process dies at a chosen moment of a request.
 */
export class Front {
  aim: Aim | undefined;
  /** Nothing else than a death happens to its requests. */
  isCalm = false;
  /** Which accident the next request meets. */
  accidentOf: (publisher: string, of: 'writes' | 'reads') => Accident | undefined = (_, of) =>
    this.isCalm ? undefined : drawAccident(of, this.#tally.accidents);
  /** The process whose requests come this way now. */
  life = { hadEffect: false };
  readonly places: Record<string, Place> = {};
  readonly #platforms: Platforms;
  readonly #tally: Tally;
  readonly #servers: Server[] = [];

  private constructor(platforms: Platforms, tally: Tally) {
    this.#platforms = platforms;
    this.#tally = tally;
  }

  static async open(platforms: Platforms, tally: Tally): Promise<Front> {
    const front = new Front(platforms, tally);
    for (const [publisher, fake] of platforms.all) await front.#listen(publisher, fake);
    return front;
  }

  async close(): Promise<void> {
    for (const server of this.#servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  async #listen(publisher: string, fake: FakePlatform): Promise<void> {
    const server = createServer((request, response) => {
      this.#serve(publisher, fake, request, response).catch(() => response.destroy());
    });
    this.#servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const origins = [fake.server.url, ...Object.keys(fake.routes ?? {})];
    const routes = Object.fromEntries(origins.map((origin) => [origin, url]));
    const { credentials = {} } = publisherFaults.get(publisher) ?? {};
    this.places[publisher] = { addresses: fake.addresses, routes, credentials };
  }

  async #serve(
    publisher: string,
    fake: FakePlatform,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    const asked = await readAsked(request);
    const { life } = this;
    const accident = this.accidentOf(publisher, isWrite(asked) ? 'writes' : 'reads');
    if (accident) this.#tally.accident(accident);
    this.#tally.asked(publisher, asked);
    const struck = await this.#pass(publisher, 'request');
    if (leavesOpen.has(accident) || struck) this.#tally.leftOpen(publisher, asked);
    if (struck && Math.random() < lostWithSender) return void response.destroy();
    let hadEffect = false;
    const answered = new Promise<void>((resolve) => response.once('close', resolve));
    await meet(accident, response, async () => {
      const answer = await fake.server.answer(asked);
      hadEffect = this.#platforms.newEffectCount(publisher) > 0;
      if (hadEffect) this.#countLife(life);
      if (hadEffect && (await this.#pass(publisher, 'effect'))) this.#tally.leftOpen(publisher, asked);
      return answer;
    });
    if (!hadEffect) return;
    await answered;
    await this.#pass(publisher, 'answer');
  }

  #countLife(life: { hadEffect: boolean }): void {
    if (!life.hadEffect) this.#tally.livesWithEffect++;
    life.hadEffect = true;
  }

  /** True: the process was killed at this moment. */
  async #pass(publisher: string, moment: Moment): Promise<boolean> {
    const { aim } = this;
    if (aim?.moment !== moment || (aim.publisher ?? publisher) !== publisher || --aim.nth > 0) return false;
    this.aim = undefined;
    this.#tally.death(moment);
    await aim.strike();
    return true;
  }
}
