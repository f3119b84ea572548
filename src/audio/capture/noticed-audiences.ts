import { z } from 'zod';
import { type Audience, audiences, isAsWideAs } from '#contracts/audio.ts';
import type { IntentStore } from '#contracts/intents.ts';
import type { Clock } from '#core/clock.ts';
import { noticedChannelsMax } from './limits.ts';

/** Wall clock, by audience: when a notice in the channel first named it. */
const times = z.object({
  guildId: z.string(),
  since: z.object({ community: z.number().optional(), neighbours: z.number().optional() }),
});
type Noticed = z.output<typeof times>;

const wider = audiences.filter((audience) => audience !== 'server');

/**
 * The audiences each live channel was ever announced for, and since when: earlier consent was given for fewer
 * listeners. So ending a broadcast and starting it again for more people doesn't avoid asking again.
 */
export class NoticedAudiences {
  readonly #components: { intents: IntentStore; clock: Clock };
  /** By channel; the oldest first. */
  readonly #channels = new Map<string, Noticed>();

  constructor(components: { intents: IntentStore; clock: Clock }) {
    this.#components = components;
  }

  async load(): Promise<void> {
    for (const { key, payload } of await this.#components.intents.list('live-audience')) {
      const parsed = times.safeParse(payload);
      if (parsed.success) this.#channels.set(key, parsed.data);
    }
  }

  /** Wall clock; 0 when every consent counts, undefined when no notice has named this audience. */
  sinceMs(channelId: string, audience: Audience): number | undefined {
    return audience === 'server' ? 0 : this.#channels.get(channelId)?.since[audience];
  }

  /** A notice has been posted: consent counts from this time on. What an earlier notice has named stays. */
  async notice(
    { guildId, channelId, audience }: { guildId: string; channelId: string; audience: Audience },
    atMs = this.#components.clock.nowMs(),
  ): Promise<number> {
    const before = this.#channels.get(channelId)?.since;
    const since = { ...before };
    for (const each of wider) if (isAsWideAs(audience, each)) since[each] ??= atMs;
    if (JSON.stringify(since) !== JSON.stringify({ ...before }))
      await this.#put(channelId, { guildId, since });
    return this.sinceMs(channelId, audience) ?? atMs;
  }

  /** It is about to be announced for more people than `audience`: consent so far was not given for them. */
  async beginWider(channelId: string, audience: Audience): Promise<void> {
    const noticed = this.#channels.get(channelId);
    if (!noticed) return;
    const kept = wider.filter((each) => isAsWideAs(audience, each));
    const since = Object.fromEntries(kept.map((each) => [each, noticed.since[each]]));
    await this.#put(channelId, { ...noticed, since });
  }

  async #put(channelId: string, noticed: Noticed): Promise<void> {
    const { clock, intents } = this.#components;
    this.#channels.delete(channelId);
    this.#channels.set(channelId, noticed);
    const wantedBy = 'system:notice';
    await intents.put({
      kind: 'live-audience',
      key: channelId,
      payload: noticed,
      wantedBy,
      createdAtMs: clock.nowMs(),
    });
    const [oldest] = this.#channels.keys();
    // Without its row a channel only asks for consent once more.
    if (this.#channels.size <= noticedChannelsMax || oldest === undefined) return;
    this.#channels.delete(oldest);
    await intents.remove('live-audience', oldest);
  }
}
