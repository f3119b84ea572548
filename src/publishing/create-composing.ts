import type { Delivering } from './create-delivering.ts';
import { Leftovers } from './publications/leftovers.ts';
import { PublicationEdits } from './publications/publication-edits.ts';
import { PublicationService } from './publications/publication-service.ts';
import { TakingBack } from './publications/taking-back.ts';
import { Views } from './publications/views.ts';
import type { PublishingComponents } from './publishing-components.ts';

export interface Composing {
  publications: PublicationService;
  edits: PublicationEdits;
  views: Views;
  leftovers: Leftovers;
  takingBack: TakingBack;
}

/** Publications as people compose, change and see them. */
export function createComposing(components: PublishingComponents, delivering: Delivering): Composing {
  const { clock, wallTime } = components;
  const { db, targets, host, outbox, readiness, renderer } = delivering;
  const { deliveries } = outbox;
  const leftovers = new Leftovers({ db, deliveries, targets, host, clock });
  const takingBack = new TakingBack({ db, outbox, targets, host, clock });
  const views = new Views({ ...components, db, targets, deliveries, readiness, leftovers, takingBack });
  const shared = { db, outbox, targets, renderer, views, wallTime, clock };
  return {
    views,
    leftovers,
    takingBack,
    publications: new PublicationService({ ...shared, readiness }),
    edits: new PublicationEdits(shared),
  };
}
