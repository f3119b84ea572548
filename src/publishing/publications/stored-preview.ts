import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type { publicationPreview } from '#contracts/actions/publish.ts';
import { findPublication } from '../drafts/publication-store.ts';
import type { Draft, Renderer } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import type { Readiness } from '../host/readiness.ts';
import { stepsHashOf } from '../outbox/keys.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { TargetStore } from '../targets/target-store.ts';
import { takingBackMax } from './taking-back.ts';
import { deliveriesPerPublicationMax } from './views.ts';
import { withLamp } from './with-lamp.ts';

export interface StoredPreviewComponents {
  db: Kysely<Schema>;
  outbox: Outbox;
  targets: TargetStore;
  renderer: Renderer;
  readiness: Pick<Readiness, 'lamp'>;
}

/** Each delivery, and all that ever took it back. */
const shownMax = deliveriesPerPublicationMax * (1 + takingBackMax);

type StoredPreview = z.input<typeof publicationPreview.output>['targets'];

/**
 * What the stored steps of a publication contain, for its approvers. Texts come from rendering again; where that no
 * longer gives the stored steps (another version of the publisher), the steps themselves are shown.
 */
export async function storedPreview(
  components: StoredPreviewComponents,
  guildId: string,
  publicationId: string,
): Promise<StoredPreview> {
  const { db, outbox, targets, renderer, readiness } = components;
  const publication = await findPublication(db, guildId, publicationId);
  if (!publication) throw publishErrors.PUBLISH_NO_PUBLICATION();
  const media = await renderer.media(guildId, publication.content);
  const filter = { guildId, publicationId, only: 'all', limit: shownMax } as const;
  const previews: StoredPreview = [];
  for (const delivery of await outbox.deliveries.list(filter)) {
    const target = await targets.byId(delivery.targetId);
    if (!target) continue;
    const manuscript = { ...publication, publicationId, media, revision: delivery.revision };
    const steps = (await outbox.deliveries.steps(delivery.id)).map(({ step }) => step);
    const draft = await renderer.draft(manuscript, target, await renderer.lookedAt(target, steps));
    const same = stepsHashOf(steps) === draft.stepsHash;
    const shown =
      delivery.takesBack !== undefined
        ? takingBackDraft(draft, steps)
        : steps.length === 0 || same
          ? draft
          : withStoredSteps(draft, steps);
    const { id: deliveryId, state } = delivery;
    const preview = renderer.preview(shown, delivery.stepsHash);
    const seen = state === 'awaiting-approval' ? await withLamp(readiness, preview, target) : preview;
    previews.push({ ...seen, deliveryId, state });
  }
  return previews.reverse();
}

/** It sends nothing of the text: what it removes is all there is to see. */
function takingBackDraft(draft: Draft, steps: Draft['rendered']['steps']): Draft {
  const preview = [{ label: 'Taken back', text: steps.map(({ summary }) => summary).join('\n') }];
  const rendered = { steps, preview, warnings: [], problems: [], costMicros: 0 };
  return { ...draft, rendered, secrets: [], notes: [], hasOwnWords: false };
}

function withStoredSteps(draft: Draft, steps: Draft['rendered']['steps']): Draft {
  const preview = steps.map(({ summary, payload }) => ({
    label: summary,
    text: JSON.stringify(payload, null, 2),
  }));
  return { ...draft, rendered: { ...draft.rendered, steps, preview, problems: [] } };
}
