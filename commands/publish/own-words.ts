import type { CommandContext, Form, FormInput, View } from '#contracts/command.ts';
import { controlData, word } from '../control-data.ts';
import { type Draft, formTextMax, keptDraft, showPreview } from './draft.ts';

const wordsOf = controlData({ draftId: word, target: word });
/** Discord: the title of a window. */
const windowTitleMax = 45;

/** The words that one target gets, as they are now. */
export async function wordsForm(context: CommandContext, draftId: string, target: string): Promise<Form> {
  const { content } = await keptDraft(context, draftId);
  const { title = content.title, body = content.body ?? '' } = content.overrides?.[target] ?? {};
  // A text too long for the window stays, unless another is written.
  const fits = body.length <= formTextMax;
  return {
    name: 'words',
    data: wordsOf.write({ draftId, target }),
    title: `Words for ${target}`.slice(0, windowTitleMax),
    fields: [
      {
        name: 'title',
        label: 'Title',
        help: 'Empty: as everywhere',
        style: 'line',
        value: title,
        required: false,
        lengthMax: 300,
      },
      {
        name: 'body',
        label: 'Text',
        help: fits ? 'Markdown; empty: as everywhere' : 'Empty: the long text stays as it is',
        style: 'text',
        value: fits ? body : '',
        required: false,
        lengthMax: formTextMax,
      },
    ],
  };
}

/** Words that are the same everywhere are none of its own: later edits of the rest change them, too. */
export async function showOwnWords(context: CommandContext, { data, fields }: FormInput): Promise<View> {
  const { draftId, target } = wordsOf.read(data);
  const { seen: _seen, ...draft } = await keptDraft(context, draftId);
  const view = await showPreview(context, withWords(draft, target, fields));
  await context.forget(draftId);
  return view;
}

export function withWords(draft: Draft, target: string, fields: Readonly<Record<string, string>>): Draft {
  const { overrides: before = {}, ...content } = draft.content;
  const { [target]: own, ...others } = before;
  const common = content.body ?? '';
  const long = [own?.body ?? common].find(({ length }) => length > formTextMax);
  const title = [fields.title?.trim()].find((text) => text !== '' && text !== content.title);
  const body = [fields.body || long].find((text) => text !== '' && text !== common);
  const words = { ...(title !== undefined && { title }), ...(body !== undefined && { body }) };
  const overrides = Object.keys(words).length > 0 ? { ...others, [target]: words } : others;
  return {
    ...draft,
    content: { ...content, ...(Object.keys(overrides).length > 0 && { overrides }) },
  };
}
