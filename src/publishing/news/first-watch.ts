import type { Clock } from '#core/clock.ts';
import { newsErrors } from './errors.ts';
import { type ChainTrigger, isNewsTrigger, type NewsReader, newsPlace, shown } from './news-reader.ts';
import { sift } from './sift.ts';
import type { Watch } from './watch-store.ts';

/** Items that exist when a chain is added count as seen. Undefined: it starts on something of our own. */
export async function firstWatch(
  { news, clock }: { news: Pick<NewsReader, 'read'>; clock: Pick<Clock, 'nowMs'> },
  { id: chainId, guildId, trigger }: { id: string; guildId: string; trigger: ChainTrigger },
  signal: AbortSignal,
): Promise<Watch | undefined> {
  if (!isNewsTrigger(trigger)) return undefined;
  const place = newsPlace(trigger);
  const { answer, everyMs } = await news.read(guildId, trigger, place, {}, signal);
  if (answer.state === 'later')
    throw newsErrors.NEWS_REFUSED({ place: shown(trigger, place), reason: answer.reason });
  const items = answer.state === 'read' ? answer.items : [];
  const checkedAtMs = clock.nowMs();
  return {
    chainId,
    guildId,
    checkedAtMs,
    nextAtMs: checkedAtMs + everyMs,
    failure: undefined,
    place: (answer.state === 'read' && answer.movedTo) || place,
    validators: answer.state === 'read' ? answer.validators : {},
    seen: sift(items, []).seen,
  };
}
