import type { z } from 'zod';
import { suggest } from './suggest.ts';
import { amountOf, type Unit } from './units.ts';

/** How people know a value that they give. */
export interface FieldWords {
  /** "Put away after": at most 45 characters. Absent: its name in the input. */
  label?: string;
  /** What to give, in at most 100 characters. */
  help?: string;
  example?: string;
  unit?: Unit;
  /** What a closed choice offers, in words, by value: { 60: '1 hour' }. */
  choices?: Readonly<Record<string, string>>;
  /** Its name is made of what was typed: lower case, dashes for all else. */
  isSlug?: true;
  /** Not asked for at first: it has a usual value. */
  isMore?: true;
  /** Picked among what the guild has, not typed. `types`: of channels; absent: all. */
  picks?: { what: 'channel'; types?: readonly number[] } | { what: 'role' };
}

type Issue = z.core.$ZodRawIssue;

const kinds: Readonly<Record<string, string>> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  nan: 'must be a number',
  boolean: 'must be yes or no',
  array: 'must be a list',
  tuple: 'must be a list',
  set: 'must be a list',
  date: 'must be a date',
};
const formats: Readonly<Record<string, string>> = {
  url: 'must be an address such as https://example.org/page',
  email: 'must be an e-mail address',
  safeint: 'must be a smaller number',
};
const unusable = 'has a form that can’t be used';
const choicesShownMax = 12;
const echoedMax = 24;

/** What is wrong with one value, as it follows the name of the value: "must be a whole number". One sentence or two. */
export function problemWords(issue: Issue, field: FieldWords = {}): string {
  const words = wordsOf(issue, field);
  const isForm = words === unusable || issue.code === 'custom' || issue.code === 'invalid_format';
  return isForm && field.example !== undefined ? `${words}, such as ${field.example}` : words;
}

function wordsOf(issue: Issue, field: FieldWords): string {
  switch (issue.code) {
    case 'invalid_type':
      return wrongKind(issue.expected, issue.input, partsOf(issue), field);
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.input, field);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum), field);
    case 'invalid_value':
      return notOffered(issue.values, issue.input, field);
    case 'invalid_format':
      return formats[issue.format] ?? unusable;
    case 'not_multiple_of':
      return issue.divisor === 1 ? 'must be a whole number' : `must be a multiple of ${issue.divisor}`;
    case 'invalid_union':
      return noneFits(issue, field);
    case 'unrecognized_keys':
      return unknownNames(issue.keys, partsOf(issue));
    case 'invalid_key':
      return `holds a name that can’t be used: it ${issue.issues[0]?.message ?? unusable}`;
    default:
      return unusable;
  }
}

/** Names of what an object is made of; empty for others. */
function partsOf(issue: Issue): string[] {
  const { inst } = issue as { inst?: { _zod?: { def?: { shape?: object } } } };
  return Object.keys(inst?._zod?.def?.shape ?? {});
}

function wrongKind(expected: string, input: unknown, parts: readonly string[], field: FieldWords): string {
  if (input === undefined) return missing(field);
  if (field.choices) return notOffered(Object.keys(field.choices), input, field);
  if (expected === 'record')
    return `must be names with values, such as ${field.example ?? 'language: English'}`;
  if (expected === 'object')
    return parts.length > 0
      ? `needs parts of its own: ${listed(quoted(parts), 'and')}`
      : 'needs parts of its own';
  return kinds[expected] ?? unusable;
}

function missing({ choices, example }: FieldWords): string {
  if (choices) return `is missing: ${listed(Object.values(choices), 'or')}`;
  return example === undefined ? 'is missing' : `is missing, such as ${example}`;
}

function tooSmall(origin: string, minimum: number, input: unknown, { unit }: FieldWords): string {
  const isEmpty = input === '' || (Array.isArray(input) && input.length === 0);
  if (origin === 'string')
    return minimum === 1 || isEmpty ? 'is empty' : `needs ${minimum} characters or more`;
  if (origin === 'array') return isEmpty ? 'is empty' : `needs ${minimum} or more`;
  return `must be ${amountOf(minimum, unit)} or more`;
}

function tooBig(origin: string, maximum: number, { unit }: FieldWords): string {
  if (origin === 'string') return `may have ${maximum.toLocaleString('en')} characters at most`;
  if (origin === 'array') return `may have ${maximum} at most`;
  // No limit of ours: beyond it numbers aren't exact.
  if (maximum >= Number.MAX_SAFE_INTEGER) return 'must be a smaller number';
  return `may be ${amountOf(maximum, unit)} at most`;
}

function notOffered(values: readonly unknown[], input: unknown, field: FieldWords): string {
  const offered = values.map((value) => field.choices?.[String(value)] ?? choiceText(value, field));
  const choices = listed(offered, 'or');
  if (input === undefined) return `is missing: ${choices}`;
  const typed = echoed(input);
  if (typed === undefined) return `must be ${choices}`;
  const meant = suggest(typed, offered);
  return `can be ${choices}, not “${typed}”${meant === undefined ? '' : `. Did you mean ${meant}?`}`;
}

function choiceText(value: unknown, { unit }: FieldWords): string {
  return typeof value === 'number' ? amountOf(value, unit) : String(value);
}

/** A choice of numbers is a union, too. */
function noneFits(issue: Extract<Issue, { code: 'invalid_union' }>, field: FieldWords): string {
  if (Array.isArray(issue.options) && issue.options.length > 0)
    return notOffered(issue.options, discriminatorOf(issue), field);
  const inner = issue.errors.flat();
  const values = inner.flatMap((each) => (each.code === 'invalid_value' ? each.values : []));
  if (values.length > 0 && values.length >= inner.length) return notOffered(values, issue.input, field);
  if (issue.input === undefined) return missing(field);
  const deeper = issue.errors.find((errors) => errors.every(({ code }) => code !== 'invalid_type'));
  const [first] = deeper ?? [];
  if (first) return first.message;
  const expected = inner.flatMap((each) => (each.code === 'invalid_type' ? [kinds[each.expected]] : []));
  const words = [...new Set(expected)].filter((each) => each !== undefined);
  return words.length === 0 ? unusable : listed(words, 'or').replaceAll(' must be', '');
}

/** What was given for the value that decides about all others. */
function discriminatorOf({ input, discriminator }: { input?: unknown; discriminator?: unknown }): unknown {
  if (typeof input !== 'object' || input === null || typeof discriminator !== 'string') return undefined;
  return new Map(Object.entries(input)).get(discriminator);
}

function unknownNames(names: readonly string[], known: readonly string[]): string {
  const meant = names.length === 1 ? suggest(names[0] ?? '', known) : undefined;
  return `has no ${listed(quoted(names), 'or')}${meant === undefined ? '' : `. Did you mean “${meant}”?`}`;
}

function quoted(names: readonly string[]): string[] {
  return names.map((name) => `“${cut(name, 2 * echoedMax)}”`);
}

/** What was typed, where it can be nothing that must not be repeated. */
function echoed(input: unknown): string | undefined {
  if (typeof input !== 'string' && typeof input !== 'number' && typeof input !== 'boolean') return undefined;
  const text = String(input);
  return /^[\p{L}\p{N} ._-]+$/u.test(text) && text.length <= echoedMax && !/\d{15}/.test(text)
    ? text
    : undefined;
}

function cut(text: string, lengthMax: number): string {
  return text.length <= lengthMax ? text : `${text.slice(0, lengthMax - 1)}…`;
}

/** "a, b or c" */
export function listed(values: readonly string[], last: 'and' | 'or'): string {
  const shown = values.slice(0, choicesShownMax);
  if (shown.length < values.length) return `${shown.join(', ')} ${last} ${values.length - shown.length} more`;
  const end = shown.at(-1) ?? '';
  return shown.length < 2 ? end : `${shown.slice(0, -1).join(', ')} ${last} ${end}`;
}
