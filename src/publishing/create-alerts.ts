import { AlertPlaces } from './alerts/alert-places.ts';
import { AlertStore } from './alerts/alert-store.ts';
import { AlertViews } from './alerts/alert-views.ts';
import { Alerts } from './alerts/alerts.ts';
import { concerns } from './concerns/concerns.ts';
import type { Delivering } from './create-delivering.ts';
import type { PublishingComponents } from './publishing-components.ts';
import type { TargetLook } from './setup/target-look.ts';

export interface Alerting {
  store: AlertStore;
  alerts: Alerts;
  views: AlertViews;
  places: AlertPlaces;
}

/** The messages that people get when something of theirs needs them. */
export function createAlerts(
  components: PublishingComponents,
  { db, targets, outbox, secrets }: Delivering,
  targetLook: TargetLook,
): Alerting {
  const { clock, cards: board, tokenEnds } = components;
  const { ids, changes } = outbox;
  const store = new AlertStore(db);
  const alerts = new Alerts({
    ...components,
    store,
    targets,
    board,
    changes,
    ids,
    concerns: () =>
      concerns({
        db,
        tokenEnds,
        vault: secrets.vault,
        clock,
        endings: () => targetLook.endings(),
      }),
  });
  const places = new AlertPlaces({ store, board, clock, changed: () => alerts.channelChanged() });
  return { store, alerts, places, views: new AlertViews({ ...components, db, targets }) };
}
