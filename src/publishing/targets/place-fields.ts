import { z } from 'zod';
import type { PlaceField } from '#contracts/actions/places.ts';
import { wordsAt } from '#contracts/field-words.ts';
import type { PlaceKind, PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import type { FieldWords } from '#core/text/problems.ts';
import { amountOf } from '#core/text/units.ts';
import { shapeOf } from './place-kinds.ts';

/** The name of the answer that a publisher's `fromText` reads. */
export const fromTextName = 'from-text';
/** Discord: characters of a label and of the help below it. */
const labelMax = 45;
const helpMax = 100;
const lineMax = 300;
const textMax = 4_000;

type Schema = z.core.$ZodType;

/** The questions of a kind, in the order of its schema; what a text fills is one question, the first. */
export function fieldsOf(
  publisher: PublisherDeclaration,
  kind: PlaceKind,
  values: Readonly<Record<string, unknown>> = {},
): PlaceField[] {
  const shape = shapeOf(publisher.describe.options, kind.options) ?? {};
  const fromText = fillsAll(publisher, shape) ? publisher.fromText : undefined;
  const own = Object.entries(shape).filter(
    ([name]) => !(name in kind.options) && !fromText?.fills.includes(name),
  );
  const fields = own.map(([name, schema]) => fieldOf(name, schema, values[name]));
  if (!fromText) return fields;
  const known = fromText.fills.map((name) => values[name]);
  const first: PlaceField = {
    ...wordsOf(fromTextName, fromText.words),
    style: 'line',
    required: true,
    lengthMax: lineMax,
    ...(known.every((value) => typeof value === 'string') && { value: known.join('/') }),
  };
  return [first, ...fields];
}

function fillsAll({ fromText }: PublisherDeclaration, shape: Readonly<Record<string, Schema>>): boolean {
  return fromText?.fills.every((name) => name in shape) ?? false;
}

function fieldOf(name: string, schema: Schema, value: unknown): PlaceField {
  const words = wordsAt(schema, []) ?? {};
  const { inner, usual, required } = unwrapped(schema);
  const kind = kindOfField(inner, words);
  const shown = shownValue(value ?? usual, kind.style);
  return {
    ...wordsOf(name, words),
    ...kind,
    required: required && kind.style !== 'flag',
    lengthMax: kind.style === 'text' ? textMax : lineMax,
    ...(shown !== undefined && { value: shown }),
  };
}

function wordsOf(
  name: string,
  { label, help, example, isMore }: FieldWords,
): Pick<PlaceField, 'name' | 'label' | 'help' | 'isMore'> {
  const whole = [help, example && `such as ${example}`].filter(Boolean).join(', ');
  return {
    name,
    label: (label ?? name).slice(0, labelMax),
    ...(whole && { help: whole.slice(0, helpMax) }),
    isMore: isMore ?? false,
  };
}

type Drawn = Pick<PlaceField, 'style' | 'options' | 'channelTypes' | 'most'>;

/** What can't be drawn is a text with one entry a line. */
function kindOfField(inner: Schema, words: FieldWords): Drawn {
  const { picks } = words;
  const most = inner instanceof z.ZodArray ? { most: 25 } : {};
  if (picks?.what === 'channel')
    return { style: 'channel', ...(picks.types && { channelTypes: [...picks.types] }), ...most };
  if (picks) return { style: 'role', ...most };
  if (inner instanceof z.ZodBoolean) return { style: 'flag' };
  const choices = choicesOf(inner);
  if (choices) return { style: 'choice', options: choices.map((value) => choiceOf(value, words)) };
  if (inner instanceof z.ZodRecord || inner instanceof z.ZodObject) return { style: 'text' };
  return { style: 'line' };
}

/** Undefined: it isn't one of a few. */
function choicesOf(schema: Schema): (string | number)[] | undefined {
  const values: unknown[] =
    schema instanceof z.ZodEnum
      ? schema.options
      : schema instanceof z.ZodUnion
        ? schema.options.flatMap((option) =>
            option instanceof z.ZodLiteral ? [...option.values] : [undefined],
          )
        : [];
  const plain = values.filter((value) => typeof value === 'string' || typeof value === 'number');
  return plain.length > 0 && plain.length === values.length && plain.length <= 25 ? plain : undefined;
}

function choiceOf(value: string | number, { choices, unit }: FieldWords): { value: string; label: string } {
  const label = choices?.[String(value)] ?? (typeof value === 'number' ? amountOf(value, unit) : value);
  return { value: String(value), label: label.slice(0, helpMax) };
}

/** What stands in a field before anybody types. */
function shownValue(value: unknown, style: PlaceField['style']): PlaceField['value'] {
  if (value === undefined || value === null) return undefined;
  if (style === 'flag') return value === true;
  if (style === 'channel' || style === 'role')
    return Array.isArray(value) ? value.map(String) : [String(value)];
  if (Array.isArray(value)) return value.map(String).join(', ');
  if (typeof value === 'object') return Object.entries(value).map(entryLine).join('\n');
  return String(value);
}

function entryLine([name, value]: [string, unknown]): string {
  return `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`;
}

function unwrapped(schema: Schema): { inner: Schema; usual?: unknown; required: boolean } {
  if (schema instanceof z.ZodPipe) return unwrapped(schema.in);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) {
    const { inner } = unwrapped(schema.unwrap());
    return { inner, usual: schema.def.defaultValue, required: false };
  }
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return { inner: unwrapped(schema.unwrap()).inner, required: false };
  return { inner: schema, required: true };
}
