import type { z } from 'zod';
import { readKindly } from '#core/text/kindly.ts';
import { problemWords } from '#core/text/problems.ts';
import { asSentence } from '#core/text/sentences.ts';
import { valueAt, wordsAt } from './field-words.ts';

/** One value of an input that can't be used. */
export interface InputFault {
  /** Path in the action's input, without the numbers of list items. */
  path: string[];
  /** It is one of several in a list. */
  isPart: boolean;
  /** Which of a list: "third"; absent: it is in none. */
  nth?: string;
  /** "must be a whole number": what follows the name of the value. May be two sentences. */
  words: string;
  /** "“tags”": the value as people know it; absent: the input as a whole. */
  name?: string;
}

export type InputReading<T> = { data: T } | { faults: InputFault[] };

/** A value that was read kindly may show the next that has to be. */
const readingsMax = 4;

/**
 * An input in the form of its schema, or everything that is wrong with it, in words. What can only mean one thing is read
 * as that: "yes" for true, an address without https://.
 */
export function readInput<T>(schema: z.ZodType<T>, input: unknown): InputReading<T> {
  let given = input;
  for (let reading = 1; ; reading++) {
    const parsed = schema.safeParse(given, { error: wordsFor(schema, given) });
    if (parsed.success) return { data: parsed.data };
    const meant = reading < readingsMax ? asMeant(schema, given, parsed.error.issues) : given;
    if (meant === given)
      return { faults: firstOfEach(parsed.error.issues).map((issue) => faultOf(schema, given, issue)) };
    given = meant;
  }
}

/** "“tags” may have 5 at most." For doors where people see the names of an input's values. */
export function faultSentence({ name, nth, words }: InputFault): string {
  if (name === undefined) return asSentence(`It ${words}`);
  return asSentence(nth === undefined ? `${name} ${words}` : `The ${nth} of ${name} ${words}`);
}

/** A schema's own message takes precedence. */
function wordsFor(schema: z.core.$ZodType, input: unknown): (issue: z.core.$ZodRawIssue) => string {
  return (issue) => problemWords(issue, wordsAt(schema, issue.path ?? [], input));
}

function asMeant(schema: z.core.$ZodType, input: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  let meant = input;
  for (const issue of issues) {
    const better = readKindly(issue, valueAt(input, issue.path), wordsAt(schema, issue.path, input));
    if (better !== undefined) meant = withValueAt(meant, issue.path, better);
  }
  return meant;
}

/** What else is wrong with the same value follows from the first, or can be said next time. */
function firstOfEach(issues: readonly z.core.$ZodIssue[]): z.core.$ZodIssue[] {
  const paths = issues.map(({ path }) => JSON.stringify(path.map(String)));
  return issues.filter((_, index) => paths.indexOf(paths[index] ?? '') === index);
}

/** Copies what lies on the path alone. */
function withValueAt(input: unknown, path: readonly PropertyKey[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner = withValueAt(valueAt(input, [key]), rest, value);
  if (Array.isArray(input)) return input.map((item, index) => (index === key ? inner : item));
  return typeof input === 'object' && input !== null ? { ...input, [key]: inner } : input;
}

function faultOf(schema: z.core.$ZodType, input: unknown, { path, message }: z.core.$ZodIssue): InputFault {
  const at = path.findLastIndex((part) => typeof part === 'number');
  const number = path[at];
  const named = path.flatMap((part, index) =>
    typeof part === 'string' ? [nameOf(schema, path.slice(0, index + 1), part, input)] : [],
  );
  const [outer, ...others] = named;
  // A value deep inside is said with the list or group that people see.
  const inner = others.at(-1);
  const name = outer === undefined || inner === undefined ? outer : `${inner} in ${outer}`;
  const keys = path.filter((part) => typeof part === 'string');
  const isItem = typeof number === 'number' && at === path.length - 1;
  return {
    path: keys,
    isPart: at >= 0,
    ...(isItem && { nth: ordinal(number) }),
    words: message,
    ...(name !== undefined && { name }),
  };
}

function nameOf(schema: z.core.$ZodType, path: readonly PropertyKey[], key: string, input: unknown): string {
  return `“${(wordsAt(schema, path, input)?.label ?? key).slice(0, 60)}”`;
}

const ordinals = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
];

function ordinal(index: number): string {
  return ordinals[index] ?? `number ${index + 1}`;
}
