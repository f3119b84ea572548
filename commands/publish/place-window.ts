import type { PlaceField, PlaceKindView, PlaceView } from '#contracts/actions/places.ts';
import type { Form, FormAnswers, FormField } from '#contracts/command.ts';

/** Discord: fields of a window, and characters of its title. */
export const windowFieldsMax = 5;
const titleMax = 45;

/** The answers as `target.setup` and `target.change` take them. */
export type Answers = Record<string, string | boolean | string[]>;

/** What a new place of this kind is asked for. */
export function newWindow({ id, title, fields }: PlaceKindView): Form {
  const first = fields.filter(({ isMore }) => !isMore).slice(0, windowFieldsMax);
  return { name: 'place-new', data: id, title: title.slice(0, titleMax), fields: first.map(fieldOf) };
}

/** The settings behind *More settings*, in windows of five. */
export function pagesOf({ kind }: PlaceView): PlaceField[][] {
  const fields = kind.fields;
  const pages: PlaceField[][] = [];
  for (let at = 0; at < fields.length; at += windowFieldsMax)
    pages.push(fields.slice(at, at + windowFieldsMax));
  return pages;
}

export function changeWindow(place: PlaceView, fields: readonly PlaceField[], title: string): Form {
  return {
    name: 'place-changed',
    data: place.name,
    title: `${title} · ${place.name}`.slice(0, titleMax),
    fields: fields.map(fieldOf),
  };
}

export function copyWindow({ name }: PlaceView): Form {
  const field = { name: 'called', label: 'What is the copy called?', style: 'line' as const };
  return {
    name: 'place-copied',
    data: name,
    title: `Copy ${name}`.slice(0, titleMax),
    fields: [{ ...field, value: name, required: true, lengthMax: 100 }],
  };
}

function fieldOf(field: PlaceField): FormField {
  const { name, label, help, style, required, lengthMax, value, most } = field;
  const question = { name, label, ...(help !== undefined && { help }) };
  const values = Array.isArray(value) ? { values: value } : {};
  switch (style) {
    case 'flag':
      return { ...question, style, ...(typeof value === 'boolean' && { value }) };
    case 'choice':
      return {
        ...question,
        style,
        options: field.options ?? [],
        required,
        ...(typeof value === 'string' && { value }),
      };
    case 'channel':
      return {
        ...question,
        style,
        required,
        ...values,
        ...(field.channelTypes && { types: field.channelTypes }),
        ...(most !== undefined && { most }),
      };
    case 'role':
      return { ...question, style, required, ...values, ...(most !== undefined && { most }) };
    default:
      return { ...question, style, required, lengthMax, ...(typeof value === 'string' && { value }) };
  }
}

/** What was filled in, whichever of the questions it was. */
export function answersOf({ fields, flags, picked }: FormAnswers): Answers {
  const people = Object.entries(picked).filter(([name]) => fields[name] === undefined);
  return {
    ...fields,
    ...flags,
    ...Object.fromEntries(people.map(([name, chosen]) => [name, chosen.map(({ value }) => value)])),
  };
}
