import type { AuditTrail } from '#contracts/audit.ts';
import { inBackground } from '#core/background.ts';
import type { Clock } from '#core/clock.ts';
import { errorText } from '#core/errors.ts';
import type { Logger } from '#core/logger.ts';
import { inert } from '#core/text/inert.ts';
import { shortPeerId } from './community-name.ts';
import { meshLimits } from './limits.ts';
import type { TrustList } from './trust-list.ts';

export interface ChangedKeysComponents {
  trust: TrustList;
  audit: AuditTrail;
  /** Notifies the managers of the guilds that this hub serves. */
  tellManagers: (text: string) => Promise<void>;
  clock: Clock;
  logger: Logger;
}

interface NewKey {
  name: string;
  former: string;
  peerId: string;
  /** `actorKey` */
  by: string;
}

/**
 * Reports when a trusted name appears with another key: a new hub of old friends, or somebody who impersonates them.
 */
export class ChangedKeys {
  readonly #components: ChangedKeysComponents;
  /** When the claim to each trusted community's name was last reported, by its peer id. */
  readonly #toldAtMs = new Map<string, number>();

  /** Sentences of the last day, for `/doctor`; oldest first. */
  #news: { atMs: number; text: string }[] = [];

  constructor(components: ChangedKeysComponents) {
    this.#components = components;
  }

  news(): string[] {
    const sinceMs = this.#components.clock.monotonicMs() - meshLimits.claimToldEveryMs;
    return this.#news.filter(({ atMs }) => atMs >= sinceMs).map(({ text }) => text);
  }

  /** Somebody trusts another key under that name. What was bound to the earlier key stays with that key. */
  trusted({ name, former, peerId, by }: NewKey): void {
    this.#record('community.key-changed', { name, former, peerId, by });
    this.#tell(
      `“${inert(name)}” is now trusted under another key (${shortPeerId(peerId)}) than before (${shortPeerId(former)}). Relays and broadcasts that played the one before have stopped and don’t go over to the new one by themselves: start them again.`,
    );
  }

  /** A hub claims a name. Reported once a day for each trusted community, however many hubs claim its name. */
  claimed(peerId: string, name: string): void {
    const { clock, trust } = this.#components;
    const holder = trust.byName(name);
    if (!holder || holder.peerId === peerId || trust.has(peerId)) return;
    const nowMs = clock.monotonicMs();
    const toldAtMs = this.#toldAtMs.get(holder.peerId);
    if (toldAtMs !== undefined && nowMs - toldAtMs < meshLimits.claimToldEveryMs) return;
    for (const told of this.#toldAtMs.keys()) if (!trust.has(told)) this.#toldAtMs.delete(told);
    this.#toldAtMs.set(holder.peerId, nowMs);
    this.#record('community.name-claimed', { name, trusted: holder.peerId, peerId });
    this.#tell(
      `A hub that isn’t trusted calls itself “${inert(name)}”, as a trusted community does: ${shortPeerId(peerId)} instead of ${shortPeerId(holder.peerId)}. Nothing is shared with it. If those people have a new key, compare the safety words with them before anybody trusts it.`,
    );
  }

  #record(action: string, input: Record<string, string>): void {
    const { audit, clock, logger } = this.#components;
    const row = { atMs: clock.nowMs(), actor: 'system:mesh', guildId: undefined, action, input };
    const recorded = audit.record({ ...row, outcome: 'ok', errorCode: undefined });
    void inBackground(logger, 'warn', recorded, 'audit row of a changed key not written', { action });
  }

  #tell(text: string): void {
    const { clock, logger, tellManagers } = this.#components;
    this.#news = [...this.#news, { atMs: clock.monotonicMs(), text }].slice(-meshLimits.keyNewsMax);
    tellManagers(text).catch((error: unknown) => {
      logger.warn({ reason: errorText(error), text }, 'managers could not be told of a changed key');
    });
  }
}
