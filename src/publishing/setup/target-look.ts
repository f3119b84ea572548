import { isServed, type LiveStandings } from '#contracts/guild-standing.ts';
import type { Clock, Timer } from '#core/clock.ts';
import type { Startable } from '#core/lifecycle.ts';
import type { Logger } from '#core/logger.ts';
import type { Ending } from '../concerns/concerns.ts';
import type { Vault } from '../credentials/vault.ts';
import type { Readiness } from '../host/readiness.ts';
import type { DeliveryChanges } from '../outbox/changes.ts';
import type { Publishers } from '../publishers.ts';
import type { CredentialEnds } from '../targets/credential-ends.ts';
import type { TargetStore } from '../targets/target-store.ts';
import type { TargetService } from './target-service.ts';

const firstLookMs = 60_000;
const lookEveryMs = 3_600_000;
/** The others wait an hour. */
export const examinedPerLookMax = 100;
const askedAtOnceMax = 2;

/** Targets that wait for their turn to be asked; the others are asked by the hourly look. */
const waitingMax = 500;
/** Deliveries that changed within this time are looked up together. */
const failuresEveryMs = 2_000;

export interface TargetLookComponents {
  ends: Pick<CredentialEnds, 'due' | 'claim' | 'ending'>;
  readiness: Pick<Readiness, 'facts' | 'failed' | 'onChange'>;
  /** Targets whose deliveries among these have failed. */
  failedAt(deliveryIds: readonly string[]): Promise<string[]>;
  deliveries: Pick<DeliveryChanges, 'on'>;
  targets: Pick<TargetStore, 'byId'>;
  service: Pick<TargetService, 'ask'>;
  publishers: Pick<Publishers, 'all'>;
  vault: Pick<Vault, 'state'>;
  standings: Pick<LiveStandings, 'of'>;
  clock: Clock;
  logger: Logger;
}

/**
 * Asks targets whether publishing there would work, so that lamps are right and people learn in time of a credential that
 * ends: as soon as something about one is doubtful, daily where its platform tells when a credential ends, else weekly.
 */
export class TargetLook implements Startable {
  readonly name = 'target look';
  readonly #components: TargetLookComponents;
  #stopped = new AbortController();
  #timer: Timer | undefined;
  #looking: Promise<void> | undefined;
  /** Doubtful targets, and deliveries that changed. */
  readonly #waiting = new Set<string>();
  readonly #changed = new Set<string>();
  #turn: Promise<void> | undefined;
  #soon: Timer | undefined;
  #later: Timer | undefined;
  #unfollow: (() => void)[] = [];

  constructor(components: TargetLookComponents) {
    this.#components = components;
  }

  start(): void {
    const { readiness, deliveries } = this.#components;
    this.#stopped = new AbortController();
    this.#schedule(firstLookMs);
    this.#unfollow = [
      readiness.onChange((targetId, change) => {
        if (change === 'doubtful') this.#ask(targetId);
      }),
      deliveries.on(({ deliveryId }) => this.#note(deliveryId)),
    ];
  }

  async stop(): Promise<void> {
    for (const unfollow of this.#unfollow.splice(0)) unfollow();
    this.#stopped.abort(new Error('the look at targets stops'));
    for (const timer of [this.#timer, this.#soon, this.#later]) timer?.cancel();
    this.#waiting.clear();
    this.#changed.clear();
    await Promise.all([this.#looking, this.#turn]);
  }

  #note(deliveryId: string): void {
    if (this.#changed.size >= waitingMax) return;
    this.#changed.add(deliveryId);
    this.#later ??= this.#components.clock.after(failuresEveryMs, () => this.#takeTurn(), {
      background: true,
    });
  }

  #ask(targetId: string): void {
    if (this.#waiting.size >= waitingMax) return;
    this.#waiting.add(targetId);
    this.#soon ??= this.#components.clock.after(0, () => this.#takeTurn(), { background: true });
  }

  /** One turn at a time. */
  #takeTurn(): void {
    this.#soon = undefined;
    this.#later = undefined;
    const { signal } = this.#stopped;
    const turn = async () => {
      await this.#turn;
      await this.#doubtFailed();
      const ids = [...this.#waiting].values();
      this.#waiting.clear();
      await this.#inTurn(ids, (targetId) => this.#askNow(targetId, signal));
    };
    this.#turn = turn().catch((error: unknown) => {
      if (!signal.aborted) this.#components.logger.warn({ err: error }, 'targets could not be asked');
    });
  }

  /** What failed there may be what its platform now says. */
  async #doubtFailed(): Promise<void> {
    const ids = [...this.#changed];
    this.#changed.clear();
    if (ids.length === 0) return;
    for (const targetId of await this.#components.failedAt(ids))
      await this.#components.readiness.failed(targetId);
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
    const daily = publishers.all.flatMap(({ id, describe }) => (describe.tellsEnd ? [id] : []));
    const due = (await ends.due(daily)).filter(({ guildId }) => isServed(standings, guildId));
    const ids = due.slice(0, examinedPerLookMax).map(({ targetId }) => targetId);
    await this.#inTurn(ids.values(), async (targetId) => {
      if (await ends.claim(targetId)) await this.#askNow(targetId, signal);
    });
  }

  async #inTurn(ids: IteratorObject<string>, ask: (targetId: string) => Promise<void>): Promise<void> {
    const next = async () => {
      for (const targetId of ids) {
        if (this.#stopped.signal.aborted) return;
        await ask(targetId);
      }
    };
    await Promise.all(Array.from({ length: askedAtOnceMax }, next));
  }

  async #askNow(targetId: string, signal: AbortSignal): Promise<void> {
    const { targets, service, standings, vault } = this.#components;
    const target = await targets.byId(targetId);
    if (!target || target.removed || !isServed(standings, target.guildId)) return;
    if (vault.state.state !== 'sealed') await service.ask(target, signal);
  }
}
