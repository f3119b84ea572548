import type { z } from 'zod';
import { foldName } from './names.ts';
import type { FieldWords } from './problems.ts';
import { amountIn } from './units.ts';

const yesAndNo: Readonly<Record<string, boolean>> = {
  ...{ yes: true, y: true, on: true, true: true, '1': true },
  ...{ no: false, n: false, off: false, false: false, '0': false },
};
/** "example.com", "example.com:8443/page?q=1": what people write without the beginning. */
const hostPattern = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}(?::\d{1,5})?(?:[/?#][^\s]*)?$/i;
const typedMax = 4_000;

/**
 * A refused value in the form that was meant, where only one can be: "yes" as true, "example.com" as https address, "1 h"
 * as 60 minutes, "Public" as "public". Undefined: nothing else can be meant.
 */
export function readKindly(issue: z.core.$ZodIssue, value: unknown, field: FieldWords = {}): unknown {
  if (typeof value === 'number' || typeof value === 'boolean') return fromPlain(issue, value, field);
  if (typeof value !== 'string' || value.length > typedMax) return undefined;
  const text = value.trim();
  switch (issue.code) {
    case 'invalid_type':
      return ofKind(issue.expected, text, field);
    case 'invalid_format':
      if (issue.format === 'url') return hostPattern.test(text) ? `https://${text}` : undefined;
      return field.isSlug ? slugOf(text) : undefined;
    case 'invalid_value':
      return offered(issue.values, text, field);
    case 'invalid_union':
      return offered(literalsIn(issue), text, field);
    default:
      return undefined;
  }
}

/** Settings that are typed as text may have become a number or yes and no. */
function fromPlain(issue: z.core.$ZodIssue, value: number | boolean, field: FieldWords): unknown {
  if (issue.code === 'invalid_value') return offered(issue.values, String(value), field);
  if (issue.code !== 'invalid_type') return undefined;
  if (issue.expected === 'string') return String(value);
  if (issue.expected === 'boolean' && (value === 1 || value === 0)) return value === 1;
  return undefined;
}

function ofKind(expected: string, text: string, field: FieldWords): unknown {
  switch (expected) {
    case 'boolean':
      return yesAndNo[text.toLowerCase()];
    case 'number':
    case 'int':
      return amountIn(text, field.unit);
    case 'array':
      return text.split(',').map((part) => part.trim());
    default:
      return undefined;
  }
}

/** "My News!" → "my-news"; undefined where no letter or digit is left. */
export function slugOf(text: string): string | undefined {
  const plain = text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '');
  return slug === '' ? undefined : slug;
}

/** The choice that was typed: its value or its words, in any case, with spaces or dashes. */
function offered(values: readonly unknown[], text: string, { choices, unit }: FieldWords): unknown {
  const typed = plain(text);
  const meant = values.filter((value) =>
    [String(value), choices?.[String(value)]].some((word) => word !== undefined && plain(word) === typed),
  );
  if (meant.length === 1) return meant[0];
  const amount = amountIn(text, unit);
  return meant.length === 0
    ? values.find((value) => typeof value === 'number' && value === amount)
    : undefined;
}

function plain(word: string): string {
  return foldName(word).replace(/[\s_-]+/g, '');
}

function literalsIn(issue: Extract<z.core.$ZodIssue, { code: 'invalid_union' }>): unknown[] {
  return issue.errors.flat().flatMap((each) => (each.code === 'invalid_value' ? each.values : []));
}
