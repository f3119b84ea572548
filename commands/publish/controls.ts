import { z } from 'zod';
import {
  deliveryDiscard,
  deliveryDone,
  deliveryRetry,
  publicationPreview,
  publicationShow,
  publishApprove,
  publishCancel,
  publishCreate,
  publishEdit,
} from '#contracts/actions/publish.ts';
import type { CommandCode, CommandContext, Form, FormInput, PanelContext, View } from '#contracts/command.ts';
import { card, lines } from '../layout.ts';
import {
  type Draft,
  draftOfPublication,
  edited,
  editedTime,
  editForm,
  keptDraft,
  previewOf,
  revisionOf,
  showPreview,
  timed,
} from './draft.ts';
import { showOwnWords, wordsForm } from './own-words.ts';
import { isSettled, panelView } from './panel-view.ts';
import { fullTextView, turnedPage } from './preview-view.ts';
import { reviewView } from './review-view.ts';
import { askToTakeBack, offerTakingBack, takeBack } from './take-back.ts';

const approval = z.object({ deliveryId: z.string(), stepsHash: z.string() });

/** The handlers that a command needs to show previews and panels. */
export const publicationControls = {
  controls: {
    send: (context, { data }) => publish(context, data),
    cancel: async (context, { data }) =>
      (await keptDraft(context, data)).edits
        ? card('idle', [lines('### Not changed', 'It is as it was.')])
        : card('idle', [lines('### Not published', 'Nothing has left.')]),
    read: (context, { data, values }) => readInFull(context, data, 0, values[0] ?? ''),
    page: (context, { data }) => {
      const { draftId, page, target } = turnedPage.read(data);
      return readInFull(context, draftId, page, target);
    },
    'review-read': (context, { data, values }) => readReview(context, data, 0, values[0] ?? ''),
    'review-page': (context, { data }) => {
      const { draftId: publicationId, page, target } = turnedPage.read(data);
      return readReview(context, publicationId, page, target);
    },
    refresh: (context, { data }) => showPublication(context, data),
    review: (context, { data }) => review(context, data),
    approve: (context, { data }) => approve(context, data),
    withdraw: async (context, { data }) =>
      panelView(
        context,
        await context.perform(publishCancel, { guildId: context.guildId, publicationId: data }),
      ),
    retry: async (context, { data }) =>
      panelOf(context, await context.perform(deliveryRetry, { guildId: context.guildId, deliveryId: data })),
    discard: async (context, { data }) =>
      panelOf(
        context,
        await context.perform(deliveryDiscard, { guildId: context.guildId, deliveryId: data }),
      ),
    'take-back': (context, { data }) => offerTakingBack(context, data),
    'take-back-ask': (context, { data }) => askToTakeBack(context, data),
    'take-back-now': (context, { data }) => takeBack(context, data),
  },
  opens: {
    edit: async (context, { data }) => editForm(data, await keptDraft(context, data)),
    change: async (context, { data }) => changeForm(context, data),
    done: async (_, { data }) => landedForm('landed', data),
    words: (context, { data, values: [target = ''] }) => wordsForm(context, data, target),
  },
  forms: {
    edit: showEdited,
    change: showEdited,
    words: showOwnWords,
    landed: async (context, { data, fields }) => {
      const landed = { guildId: context.guildId, deliveryId: data, url: fields.url ?? '' };
      return panelOf(context, await context.perform(deliveryDone, landed));
    },
  },
  panels: {
    publication: async (context, publicationId) => {
      const publication = await context.perform(publicationShow, { guildId: context.guildId, publicationId });
      return { view: panelView(context, publication), over: isSettled(publication) };
    },
  },
} satisfies Partial<CommandCode>;

/** The preview of what was edited. The one before may still stand elsewhere: it can't send its draft any more. */
async function showEdited(context: CommandContext, { data, fields }: FormInput): Promise<View> {
  const draft = await keptDraft(context, data);
  const at = await editedTime(context, draft, fields);
  const view = await showPreview(context, edited(draft, fields, at));
  await context.forget(data);
  return view;
}

/** Asks where somebody found the result of a delivery. */
export function landedForm(name: string, deliveryId: string): Form {
  const url = { name: 'url', label: 'Where did it land?', help: 'The address of the post, item or release' };
  return {
    name,
    data: deliveryId,
    title: 'It has landed',
    fields: [{ ...url, style: 'line', required: true, lengthMax: 2_000 }],
  };
}

export async function showPublication(context: PanelContext, publicationId: string): Promise<View> {
  return panelView(
    context,
    await context.perform(publicationShow, { guildId: context.guildId, publicationId }),
  );
}

function panelOf(context: CommandContext, { publicationId }: { publicationId: string }): Promise<View> {
  return showPublication(context, publicationId);
}

/** The draft turns into a panel that everyone sees, so that others can approve. */
async function publish(context: CommandContext, draftId: string): Promise<View> {
  const { edits, ...order } = await keptDraft(context, draftId);
  if (edits) return save(context, { ...order, edits });
  const publication = await context.perform(publishCreate, { guildId: context.guildId, ...order });
  const text = publication.dueAtMs === undefined ? 'On its way' : 'Scheduled';
  return {
    ...card('good', [lines(`### ${text}`, 'The panel below follows it.')]),
    announcement: panelView(context, publication),
  };
}

/** The panel that everyone sees is updated automatically. */
async function save(
  context: CommandContext,
  draft: Draft & { edits: NonNullable<Draft['edits']>; seen: Record<string, string> },
): Promise<View> {
  const { content, targets, seen, edits } = draft;
  const { deliveries } = await context.perform(publishEdit, {
    guildId: context.guildId,
    ...revisionOf(edits),
    ...timed(draft),
    content,
    targets,
    seen,
  });
  const asks = deliveries.some(({ state }) => state === 'awaiting-approval');
  return card('good', [
    lines('### Saved', asks ? 'It waits for approval again.' : 'It leaves as it is now.'),
  ]);
}

async function changeForm(context: CommandContext, publicationId: string): Promise<Form> {
  const draft = await draftOfPublication(context, publicationId);
  return editForm(await context.keep({ ...draft, seen: {} }), draft, 'change');
}

async function readInFull(
  context: CommandContext,
  draftId: string,
  page: number,
  wanted: string,
): Promise<View> {
  const { seen: _seen, ...draft } = await keptDraft(context, draftId);
  const { targets } = await previewOf(context, draft);
  const target = targets.find((candidate) => candidate.target === wanted);
  if (!target) return card('idle', [lines('### This target is no longer part of it')]);
  return fullTextView(context, target, { draftId, page });
}

async function review(context: CommandContext, publicationId: string): Promise<View> {
  const { targets } = await context.perform(publicationPreview, { guildId: context.guildId, publicationId });
  return reviewView(context, targets, publicationId);
}

async function readReview(
  context: CommandContext,
  publicationId: string,
  page: number,
  wanted: string,
): Promise<View> {
  const { targets } = await context.perform(publicationPreview, { guildId: context.guildId, publicationId });
  const target = targets.find((candidate) => candidate.target === wanted);
  if (!target) return card('idle', [lines('### This target is no longer part of it')]);
  return fullTextView(context, target, { draftId: publicationId, page, pages: 'review-page' });
}

async function approve(context: CommandContext, approvalId: string): Promise<View> {
  const seen = approval.parse(await context.kept(approvalId));
  const publication = await context.perform(publishApprove, { guildId: context.guildId, ...seen });
  return panelView(context, publication);
}
