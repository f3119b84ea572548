import type { Delivering } from './create-delivering.ts';
import type { PublishingComponents } from './publishing-components.ts';
import { PlaceService } from './setup/place-service.ts';
import { TargetEdits } from './setup/target-edits.ts';
import { TargetLook } from './setup/target-look.ts';
import { TargetService } from './setup/target-service.ts';

export interface Setup {
  service: TargetService;
  edits: TargetEdits;
  places: PlaceService;
  targetLook: TargetLook;
}

/** Targets as people set them up, and the look at whether publishing there would work. */
export function createSetup(components: PublishingComponents, delivering: Delivering): Setup {
  const { db, targets, publishers, secrets, host, outbox, ends, readiness, renderer } = delivering;
  const { clock } = components;
  const service = new TargetService({
    ...components,
    ...secrets,
    db,
    outbox,
    targets,
    host,
    readiness,
    ends,
    publishers,
  });
  const targetLook = new TargetLook({
    ...components,
    ends,
    targets,
    readiness,
    publishers,
    service,
    vault: secrets.vault,
    deliveries: outbox.changes,
    failedAt: (deliveryIds) => outbox.deliveries.failedAt(deliveryIds),
  });
  const edits = new TargetEdits({
    ...components,
    db,
    outbox,
    targets,
    renderer,
    publishers,
    readiness,
    clock,
    service,
  });
  const places = new PlaceService({ ...components, service, edits, targets, publishers, host, readiness });
  return { service, edits, places, targetLook };
}
