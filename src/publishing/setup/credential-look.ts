import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Ending } from '../concerns/concerns.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Readiness } from '../host/readiness.ts';
import type { Publishers } from '../publishers.ts';
import type { CredentialEnds } from '../targets/credential-ends.ts';
import type { TargetStore } from '../targets/target-store.ts';
import type { TargetService } from './target-service.ts';

const firstLookMs = 60_000;
const lookEveryMs = 3_600_000;
/** The others wait an hour. */
export const examinedPerLookMax = 100;
const askedAtOnceMax = 2;

export interface CredentialLookComponents {
  ends: Pick<CredentialEnds, 'due' | 'claim' | 'ending'>;
  readiness: Pick<Readiness, 'facts'>;
  targets: Pick<TargetStore, 'byId'>;
  service: Pick<TargetService, 'ask'>;
  publishers: Pick<Publishers, 'all'>;
  vault: Pick<Vault, 'state'>;
  standings: Pick<LiveStandings, 'of'>;
  clock: Clock;
  logger: Logger;
}

/**
 * Asks targets whose platform tells when a credential ends, each at most once a day, so that people learn of it in
 * time.
 */
export class CredentialLook implements Startable {
  readonly name = 'credential look';
  readonly #components: CredentialLookComponents;
  #stopped = new AbortController();
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;

  constructor(components: CredentialLookComponents) {
    this.#components = components;
  }

  start(): void {
    this.#stopped = new AbortController();
    this.#schedule(firstLookMs);
  }

  async stop(): Promise<void> {
    this.#stopped.abort(new Error('the look at credentials stops'));
    this.#timer?.cancel();
    await this.#looking;
  }

  /** For guilds that are served here: only this hub knows their environment's credentials. */
  async endings(): Promise<Ending[]> {
    const { ends, targets, readiness, standings } = this.#components;
    const found: Ending[] = [];
    for (const { targetId, guildId, endsAtMs } of await ends.ending()) {
      const target = isServed(standings, guildId) ? await targets.byId(targetId) : undefined;
      const end = target && (await readiness.facts(target)).end;
      if (!end) continue;
      const needs = `The target “${target.name}” ${end.isOver ? 'needs' : 'soon needs'} another token.`;
      found.push({ targetId, guildId, endsAtMs, text: `${needs} ${end.text} ${end.next}` });
    }
    return found;
  }

  #schedule(afterMs: number): void {
    const look = () => (this.#looking = this.#look());
    this.#timer = this.#components.clock.after(afterMs, look, { background: true });
  }

  async #look(): Promise<void> {
    const { signal } = this.#stopped;
    try {
      // With a sealed vault nobody can be asked, and the day's turn would be lost.
      if (this.#components.vault.state.state !== 'sealed') await this.#askDue(signal);
    } catch (error) {
      if (!signal.aborted)
        this.#components.logger.warn({ err: error }, 'the ends of credentials could not be looked at');
    }
    if (!signal.aborted) this.#schedule(lookEveryMs);
  }

  async #askDue(signal: AbortSignal): Promise<void> {
    const { ends, publishers, standings } = this.#components;
    const ids = publishers.all.flatMap(({ id, describe }) => (describe.tellsEnd ? [id] : []));
    const due = (await ends.due(ids)).filter(({ guildId }) => isServed(standings, guildId));
    const left = due.slice(0, examinedPerLookMax).values();
    const next = async () => {
      for (const { targetId } of left) {
        if (signal.aborted) return;
        await this.#ask(targetId, signal);
      }
    };
    await Promise.all(Array.from({ length: askedAtOnceMax }, next));
  }

  async #ask(targetId: string, signal: AbortSignal): Promise<void> {
    const { ends, targets, service } = this.#components;
    const target = await targets.byId(targetId);
    if (target && !target.removed && (await ends.claim(targetId))) await service.ask(target, signal);
  }
}
