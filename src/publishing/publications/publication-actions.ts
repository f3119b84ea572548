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
import { requireSameGuild } from '../same-guild.ts';
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
    implement(publishPreview, async ({ actor }, input) => {
      requireSameGuild(actor, input.guildId);
      const { edits, at, ...request } = input;
      return edits
        ? components.edits.preview(input, edits)
        : service.preview({ ...request, ...(at ? { at } : {}) });
    }),
    implement(publishCreate, async ({ actor }, { seen, ...request }) => {
      requireSameGuild(actor, request.guildId);
      return service.create(request, seen, actorKey(actor));
    }),
    implement(publishEdit, async ({ actor }, input) => {
      requireSameGuild(actor, input.guildId);
      return components.edits.edit(input);
    }),
    implement(publicationDraft, async ({ actor }, { guildId, publicationId }) => {
      requireSameGuild(actor, guildId);
      return components.edits.draft(guildId, publicationId);
    }),
    implement(publishApprove, async ({ actor }, input) => {
      requireSameGuild(actor, input.guildId);
      const { publicationId } = await approve(components, actor, input);
      return service.show(input.guildId, publicationId);
    }),
    implement(publishCancel, async ({ actor }, { guildId, publicationId }) => {
      requireSameGuild(actor, guildId);
      return service.withdraw(guildId, publicationId);
    }),
    implement(publicationShow, async ({ actor }, { guildId, publicationId }) => {
      requireSameGuild(actor, guildId);
      return service.show(guildId, publicationId);
    }),
    implement(publicationPreview, async ({ actor }, { guildId, publicationId }) => {
      requireSameGuild(actor, guildId);
      return { targets: await storedPreview(components, guildId, publicationId) };
    }),
  ];
}
