import { type AnyAction, implement } from '#contracts/action.ts';
import {
  publicationDraft,
  publicationPreview,
  publicationShow,
  publishApprove,
  publishCancel,
  publishCreate,
  publishEdit,
  publishPreview,
} from '#contracts/actions/publish.ts';
import { actorKey } from '#contracts/actor.ts';
import { type ApproveComponents, approve } from '../approval/approve.ts';
import type { PublicationEdits } from './publication-edits.ts';
import type { PublicationService } from './publication-service.ts';
import { type StoredPreviewComponents, storedPreview } from './stored-preview.ts';

export interface PublicationActionsComponents extends ApproveComponents, StoredPreviewComponents {
  service: PublicationService;
  edits: PublicationEdits;
}

export function publicationActions(components: PublicationActionsComponents): AnyAction[] {
  const { service } = components;
  return [
    implement(publishPreview, async ({ signal }, input) => {
      const { edits, at, ...request } = input;
      return edits
        ? components.edits.preview(input, edits, signal)
        : service.preview({ ...request, ...(at ? { at } : {}) }, signal);
    }),
    implement(publishCreate, async ({ actor }, { seen, ...request }) =>
      service.create(request, seen, actorKey(actor)),
    ),
    implement(publishEdit, async ({ signal }, input) => components.edits.edit(input, signal)),
    implement(publicationDraft, async (_, { guildId, publicationId }) =>
      components.edits.draft(guildId, publicationId),
    ),
    implement(publishApprove, async ({ actor }, input) => {
      const { publicationId } = await approve(components, actor, input);
      return service.show(input.guildId, publicationId);
    }),
    implement(publishCancel, async (_, { guildId, publicationId }) =>
      service.withdraw(guildId, publicationId),
    ),
    implement(publicationShow, async (_, { guildId, publicationId }) => service.show(guildId, publicationId)),
    implement(publicationPreview, async (_, { guildId, publicationId }) => ({
      targets: await storedPreview(components, guildId, publicationId),
    })),
  ];
}
