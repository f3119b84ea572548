import { type AnyAction, implement } from '#contracts/action.ts';
import { type ConsentView, consentChoose, consentRule, consentShow } from '#contracts/actions/consent.ts';
import type { Actor } from '#contracts/actor.ts';
import type { Audience } from '#contracts/audio.ts';
import type { CaptureRule, ConsentGiven, ConsentStore } from '#contracts/consent-store.ts';
import type { Clock } from '#core/clock.ts';
import { captureErrors } from './errors.ts';

/** For a guild that has set no rule: only people who have consented are heard. */
export const defaultCaptureRule: CaptureRule = 'ask';

/** What a guild and its people have decided, as it stands now. */
export interface GuildConsent {
  readonly rule: CaptureRule;
  heard(userId: string): boolean;
}

/** A channel that is being broadcast. */
export interface LiveNow {
  channelId: string;
  audience: Audience;
  /** Wall clock: under the rule `ask` a consent from before doesn't count there. */
  consentSinceMs: number;
}

/** Decides who may be captured. Captures ask, people change it; captures are notified of each change. */
export class ConsentDesk {
  readonly actions: readonly AnyAction[];
  readonly #store: ConsentStore;
  readonly #clock: Clock;
  readonly #listeners = new Set<(guildId: string) => void>();
  readonly #live = new Map<LiveNow, string>();

  constructor(components: { store: ConsentStore; clock: Clock }) {
    this.#store = components.store;
    this.#clock = components.clock;
    this.actions = [
      implement(consentShow, ({ actor }, { guildId }) => this.#view(personOf(actor), guildId)),
      implement(consentChoose, async ({ actor }, { guildId, choice }) => {
        const userId = personOf(actor);
        // `perform` lets nobody else through: consent is a person's own.
        if (userId === undefined) throw captureErrors.CAPTURE_NOT_A_MEMBER();
        await this.#store.setChoice(guildId, userId, choice, this.#clock.nowMs());
        this.#changed(guildId);
        return this.#view(userId, guildId);
      }),
      implement(consentRule, async ({ actor }, { guildId, rule }) => {
        await this.#store.setRule(guildId, rule, this.#clock.nowMs());
        this.#changed(guildId);
        return this.#view(personOf(actor), guildId);
      }),
    ];
  }

  /** `sinceMs`: wall clock; earlier consent doesn't count. */
  async of(guildId: string, sinceMs = 0): Promise<GuildConsent> {
    const [rule = defaultCaptureRule, choices] = await Promise.all([
      this.#store.ruleOf(guildId),
      this.#store.choices(guildId),
    ]);
    return { rule, heard: (userId) => isHeard(rule, choices.get(userId), sinceMs) };
  }

  /** Called with the guild whose rule or choices changed. */
  onChange(listener: (guildId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** People who ask about their consent see it listed until the returned function is called. */
  announceLive(guildId: string, live: LiveNow): () => void {
    this.#live.set(live, guildId);
    return () => this.#live.delete(live);
  }

  async #view(userId: string | undefined, guildId: string): Promise<ConsentView> {
    const rule = (await this.#store.ruleOf(guildId)) ?? defaultCaptureRule;
    const given = userId === undefined ? undefined : (await this.#store.choices(guildId)).get(userId);
    const live = [...this.#live].filter(([, guild]) => guild === guildId).map(([each]) => each);
    return {
      rule,
      ...(given ? { choice: given.choice } : {}),
      heard: isHeard(rule, given, 0),
      live: live.map(({ channelId, audience, consentSinceMs }) => ({
        channelId,
        audience,
        heard: isHeard(rule, given, consentSinceMs),
      })),
    };
  }

  #changed(guildId: string): void {
    for (const listener of this.#listeners) listener(guildId);
  }
}

function isHeard(rule: CaptureRule, given: ConsentGiven | undefined, sinceMs: number): boolean {
  if (rule === 'off') return false;
  if (rule === 'notice') return given?.choice !== 'withdrawn';
  return given?.choice === 'given' && given.chosenAtMs >= sinceMs;
}

/** The person whose consent is shown; a rule may also be set by others than people. */
function personOf(actor: Actor): string | undefined {
  return actor.kind === 'guild-member' ? actor.userId : undefined;
}
