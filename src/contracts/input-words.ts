import type { z } from 'zod';

/** One value of an input that can't be used. */
export interface InputFault {
  /** Path in the action's input, without the numbers of list items. */
  path: string[];
  /** It is one of several in a list. */
  isPart: boolean;
  /** "must be a whole number": what follows the name of the value. */
  words: string;
}

const kinds: Record<string, string> = {
  string: 'must be text',
  number: 'must be a number',
  int: 'must be a whole number',
  boolean: 'must be true or false',
  array: 'must be a list',
};
const unusable = 'has a form that can’t be used';

/**
 * What is wrong with one value, in plain words, without knowing how the input is described. For `safeParse(input, {
 * error })`: a schema's own message takes precedence.
 */
export function inputWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : (kinds[issue.expected] ?? unusable);
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum), issue.input);
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum));
    case 'invalid_value':
      return issue.input === undefined ? 'is missing' : `must be ${oneOf(issue.values)}`;
    case 'invalid_format':
      return issue.format === 'url' ? 'must be an address such as https://example.org/page' : unusable;
    case 'invalid_union':
      return Array.isArray(issue.options) ? `must be ${oneOf(issue.options)}` : unusable;
    case 'unrecognized_keys':
      return `has what is not known here: ${issue.keys.join(', ')}`;
    default:
      return unusable;
  }
}

export function faultsOf({ issues }: z.core.$ZodError): InputFault[] {
  return issues.map(({ path, message }) => ({
    path: path.filter((part) => typeof part === 'string'),
    isPart: path.some((part) => typeof part === 'number'),
    words: message,
  }));
}

function tooSmall(origin: string, minimum: number, input: unknown): string {
  const isEmpty = input === '' || (Array.isArray(input) && input.length === 0);
  if (origin === 'string')
    return minimum === 1 || isEmpty ? 'is empty' : `needs ${minimum} characters or more`;
  if (origin === 'array') return isEmpty ? 'is empty' : `needs ${minimum} or more`;
  return `must be ${minimum} or more`;
}

function tooBig(origin: string, maximum: number): string {
  if (origin === 'string') return `may have ${maximum} characters at most`;
  return origin === 'array' ? `may have ${maximum} at most` : `must be ${maximum} or less`;
}

function oneOf(values: readonly unknown[]): string {
  const last = String(values.at(-1));
  const others = values.slice(0, -1).map(String);
  return others.length === 0 ? last : `${others.join(', ')} or ${last}`;
}
