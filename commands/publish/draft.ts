import { z } from 'zod';
import { artifactAdd } from '#contracts/actions/artifacts.ts';
import {
  type planned,
  type publicationContent,
  publicationDraft,
  publishPreview,
} from '#contracts/actions/publish.ts';
import type { Attachment, CommandContext, Form, View } from '#contracts/command.ts';
import { asOneLine, momentOf, whenField } from '../times.ts';
import { listOf } from '../words.ts';
import { previewView } from './preview-view.ts';

/** A publication that somebody is preparing. Unchecked until an action takes it. */
const draft = z.object({
  content: z.custom<z.input<typeof publicationContent>>(),
  targets: z.array(z.string()),
  at: z.custom<z.input<typeof planned>>().optional(),
  /** For an existing publication: its time on one line, so that it is kept unless it is changed. */
  edits: z.object({ publicationId: z.string(), revision: z.number(), when: z.string() }).optional(),
});
export type Draft = z.output<typeof draft>;

/** With the hash of what was shown for each target. */
const seenDraft = draft.extend({ seen: z.record(z.string(), z.string()) });

/** Discord: text of one field of a form. */
export const formTextMax = 4_000;

/** Nothing leaves before it was seen: exactly what would be sent, and the buttons that decide. */
export async function showPreview(context: CommandContext, wanted: Draft): Promise<View> {
  const preview = await previewOf(context, wanted);
  const seen = Object.fromEntries(preview.targets.map(({ target, stepsHash }) => [target, stepsHash]));
  const draftId = await context.keep({ ...wanted, seen });
  const isEdit = wanted.edits !== undefined;
  return previewView(context, { title: wanted.content.title, preview, draftId, isEdit });
}

export function previewOf(context: CommandContext, wanted: Draft) {
  const { content, targets, edits } = wanted;
  return context.perform(publishPreview, {
    guildId: context.guildId,
    content,
    targets,
    ...timed(wanted),
    ...(edits && { edits: revisionOf(edits) }),
  });
}

/** The start of an edit of it. */
export async function draftOfPublication(context: CommandContext, publicationId: string): Promise<Draft> {
  const { content, targets, dueAtMs, revision } = await context.perform(publicationDraft, {
    guildId: context.guildId,
    publicationId,
  });
  const at = dueAtMs === undefined ? undefined : { local: utcOf(dueAtMs), zone: 'UTC' };
  const edits = { publicationId, revision, when: asOneLine(at) };
  return { content, targets, ...(at && { at }), edits };
}

/** An edit that keeps the time doesn't name it; one that empties it means at once. */
export function timed({ at, edits }: Draft): { at?: z.input<typeof planned> | null } {
  if (!edits) return at ? { at } : {};
  return asOneLine(at) === edits.when ? {} : { at: at ?? null };
}

export function revisionOf({ publicationId, revision }: NonNullable<Draft['edits']>) {
  return { publicationId, revision };
}

function utcOf(atMs: number): string {
  return new Date(atMs).toISOString().replace(/(:00)?\.\d+Z$/, '');
}

export async function keptDraft(context: CommandContext, draftId: string) {
  return seenDraft.parse(await context.kept(draftId));
}

/** Files given with a command become artifacts before they are shown. */
export async function mediaOf(
  context: CommandContext,
  files: readonly { file: Attachment | undefined; altText?: string | undefined }[],
  source: 'command' | 'message' = 'command',
): Promise<{ cid: string; altText?: string }[]> {
  const media: { cid: string; altText?: string }[] = [];
  for (const { file, altText } of files) {
    if (!file) continue;
    const { cid } = await context.perform(artifactAdd, {
      guildId: context.guildId,
      label: file.name,
      ...(file.mediaType && { mediaType: file.mediaType }),
      content: { kind: 'attachment', url: file.url, sizeBytes: file.sizeBytes },
      source,
    });
    media.push({ cid, ...(altText && { altText }) });
  }
  return media;
}

/** Everything of a draft that fits into a form. A longer text is kept. */
export function editForm(draftId: string, { content, targets, at, edits }: Draft, name = 'edit'): Form {
  const { title, body = '', link, tags = [] } = content;
  const text = { name: 'body', label: 'Text', style: 'text', value: body, required: false } as const;
  return {
    name,
    data: draftId,
    title: edits ? 'Edit what has not left' : 'Edit before publishing',
    fields: [
      { name: 'title', label: 'Title', style: 'line', value: title, required: true, lengthMax: 300 },
      ...(body.length <= formTextMax ? [{ ...text, help: 'Markdown', lengthMax: formTextMax }] : []),
      {
        name: 'targets',
        label: 'Targets',
        help: 'Names with commas between them',
        style: 'line',
        value: targets.join(', '),
        required: true,
        lengthMax: 700,
      },
      {
        name: 'extras',
        label: 'Link and tags',
        help: 'https://example.org, audio, release',
        style: 'line',
        value: [link, ...tags].filter(Boolean).join(', '),
        required: false,
        lengthMax: 3_400,
      },
      whenField(at),
    ],
  };
}

/** The first address is the link. One that was there before stays whole: a comma may be a part of it. */
function extrasOf(text: string | undefined, before: string | undefined) {
  const isThere =
    before !== undefined && text !== undefined && [before, ''].includes(text.split(`${before},`)[0] ?? '');
  const parts = isThere ? [before, ...listOf(text.slice(before.length))] : listOf(text);
  const link = parts.find((part) => /^https?:\/\//i.test(part));
  return { link, tags: parts.filter((part) => part !== link) };
}

/** When it is to leave by the form; as before where the form didn't ask. Throws as \`momentOf\` does. */
export async function editedTime(
  context: CommandContext,
  { at }: Draft,
  { when }: Readonly<Record<string, string>>,
): Promise<Draft['at']> {
  return when === undefined ? at : momentOf(context, when, undefined);
}

export function edited(
  { content, targets, edits }: Draft,
  fields: Readonly<Record<string, string>>,
  at: Draft['at'],
): Draft {
  const { link: _link, ...kept } = content;
  const { link, tags } = extrasOf(fields.extras, content.link);
  return {
    content: {
      ...kept,
      title: fields.title ?? content.title,
      body: fields.body ?? content.body ?? '',
      tags,
      ...(link && { link }),
    },
    targets: fields.targets === undefined ? targets : listOf(fields.targets),
    ...(at && { at }),
    ...(edits && { edits }),
  };
}
