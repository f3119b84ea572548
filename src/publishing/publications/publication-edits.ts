import type { Kysely } from 'kysely';
import type { z } from 'zod';
import type {
  PublicationView,
  publicationDraft,
  publishEdit,
  publishPreview,
} from '#contracts/actions/publish.ts';
import type { Clock } from '#core/clock.ts';
import { type Content, findPublication, type Publication } from '../drafts/publication-store.ts';
import { type Draft, problemsOf, type Renderer, refuseSecrets } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';
import { outboxErrors } from '../outbox/errors.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Schema } from '../tables/schema.ts';
import type { Target, TargetStore } from '../targets/target-store.ts';
import { type DueTimeComponents, resolveDue } from './due-time.ts';
import { editDeliveries } from './edit-deliveries.ts';
import { notLeft } from './not-left.ts';
import { type Preview, previewOf } from './publication-service.ts';
import { requireSeen } from './seen.ts';
import type { Views } from './views.ts';

type Request = z.output<typeof publishEdit.input>;
type PreviewRequest = z.output<typeof publishPreview.input>;

export interface PublicationEditsComponents extends DueTimeComponents {
  db: Kysely<Schema>;
  outbox: Outbox;
  targets: TargetStore;
  renderer: Renderer;
  views: Views;
  clock: Pick<Clock, 'nowMs'>;
}

/** Changes publications as far as they haven't left. What was approved must be approved again. */
export class PublicationEdits {
  readonly #components: PublicationEditsComponents;

  constructor(components: PublicationEditsComponents) {
    this.#components = components;
  }

  /** Throws PUBLISH_NO_PUBLICATION, PUBLISH_ALREADY_LEFT. */
  async draft(guildId: string, publicationId: string): Promise<z.input<typeof publicationDraft.output>> {
    const { db, targets } = this.#components;
    const { content, dueAtMs, revision } = await this.#publication(guildId, publicationId);
    const open = await notLeft(db, publicationId);
    const known = await targets.byIds(open.map((row) => row.target_id));
    const names = [...known.values()].filter(({ removed }) => !removed).map(({ name }) => name);
    if (names.length === 0) throw publishErrors.PUBLISH_ALREADY_LEFT();
    return { content, targets: names, revision, ...(dueAtMs === undefined ? {} : { dueAtMs }) };
  }

  /** Exactly what `edit` would make of the same request; nothing is written. */
  async preview(
    request: PreviewRequest,
    edits: NonNullable<PreviewRequest['edits']>,
    signal: AbortSignal,
  ): Promise<Preview> {
    const publication = await this.#publication(request.guildId, edits.publicationId, edits.revision);
    const targets = await this.#targets(request.guildId, request.targets);
    const draft = await this.#drafter(publication, request.content, signal);
    const due = resolveDue(this.#components, request.at) ?? kept(publication, request.at);
    return previewOf(this.#components.renderer, publication.id, await Promise.all(targets.map(draft)), due);
  }

  /** Throws OUTBOX_EDITED_MEANWHILE, PUBLISH_ALREADY_LEFT, PUBLISH_CHANGED, PUBLISH_SECRET, PUBLISH_PROBLEMS. */
  async edit(request: Request, signal: AbortSignal = new AbortController().signal): Promise<PublicationView> {
    const { outbox, views } = this.#components;
    const { guildId, publicationId, content, seen } = request;
    const publication = await this.#publication(guildId, publicationId, request.revision);
    const drafter = await this.#drafter(publication, content, signal);
    const due = resolveDue(this.#components, request.at) ?? kept(publication, request.at);
    const changed = await editDeliveries(this.#components, publication, {
      content,
      dueAtMs: due?.atMs,
      targets: request.targets && (await this.#targets(guildId, request.targets)),
      draft: async (target) => {
        const draft = await drafter(target);
        refuseSecrets([draft]);
        const problems = problemsOf(draft);
        if (problems.length > 0) throw publishErrors.PUBLISH_PROBLEMS({ target: target.name, problems });
        if (seen) requireSeen(seen, publicationId, [draft]);
        return draft;
      },
    });
    for (const deliveryId of changed) outbox.changes.tell({ deliveryId, publicationId });
    outbox.wake();
    return views.publication(await this.#publication(guildId, publicationId));
  }

  /** As it will be rendered: the revision is part of each target's key. */
  async #drafter(
    publication: Publication,
    content: Content,
    signal: AbortSignal,
  ): Promise<(target: Target) => Promise<Draft>> {
    const { renderer } = this.#components;
    const media = await renderer.media(publication.guildId, content);
    const revision = publication.revision + 1;
    const manuscript = { ...publication, publicationId: publication.id, content, media, revision };
    return (target) => renderer.bound(manuscript, target, signal);
  }

  async #targets(guildId: string, names: readonly string[]): Promise<Target[]> {
    const { targets } = this.#components;
    return Promise.all([...new Set(names)].map((name) => targets.named(guildId, name)));
  }

  async #publication(guildId: string, publicationId: string, revision?: number): Promise<Publication> {
    const found = await findPublication(this.#components.db, guildId, publicationId);
    if (!found) throw publishErrors.PUBLISH_NO_PUBLICATION();
    if (revision !== undefined && revision !== found.revision)
      throw outboxErrors.OUTBOX_EDITED_MEANWHILE({ revision: found.revision });
    return found;
  }
}

/** null means at once, absent keeps the time. */
function kept({ dueAtMs }: Publication, at: Request['at']): { atMs: number } | undefined {
  return at === null || dueAtMs === undefined ? undefined : { atMs: dueAtMs };
}
