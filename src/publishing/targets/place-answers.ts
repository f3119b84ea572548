import type { PlaceField } from '#contracts/actions/places.ts';
import { wordsAt } from '#contracts/field-words.ts';
import type { PlaceFromText, PlaceKind, PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { slugOf } from '#core/text/kindly.ts';
import { publishErrors } from '../errors.ts';
import { fieldsOf, fromTextName } from './place-fields.ts';
import { shapeOf } from './place-kinds.ts';

export type Answers = Readonly<Record<string, string | boolean | readonly string[]>>;

export interface ReadAnswers {
  /** null: what stood there is taken away. */
  options: Record<string, unknown>;
  /** What was read otherwise than it was typed. */
  notes: string[];
}

/** Options as people answered them. Their schema checks them. Throws PUBLISH_OTHER_SITE, PUBLISH_OPTIONS_INVALID. */
export function readAnswers(publisher: PublisherDeclaration, kind: PlaceKind, answers: Answers): ReadAnswers {
  const options: Record<string, unknown> = {};
  const notes: string[] = [];
  const shape = shapeOf(publisher.describe.options, kind.options) ?? {};
  for (const field of fieldsOf(publisher, kind)) {
    const answer = answers[field.name];
    if (answer === undefined || field.name === fromTextName) continue;
    const schema = shape[field.name];
    const isSlug = schema !== undefined && wordsAt(schema, [])?.isSlug === true;
    const value = readValue(field, answer);
    const slug = isSlug && typeof value === 'string' ? slugOf(value) : undefined;
    if (slug !== undefined && slug !== value) notes.push(`“${field.label}” is written ${slug} there.`);
    options[field.name] = slug ?? value;
  }
  const named = answers[fromTextName];
  // What an address says takes precedence over a choice that nobody changed.
  return { options: { ...options, ...(named !== undefined && fromText(publisher, String(named))) }, notes };
}

function readValue({ style, most, options = [] }: PlaceField, answer: Answers[string]): unknown {
  if (typeof answer === 'boolean') return answer;
  if (typeof answer !== 'string') return most === undefined ? (answer[0] ?? null) : [...answer];
  const text = answer.trim();
  if (text === '') return null;
  if (style === 'text') return entriesOf(text);
  // A choice of numbers came as text.
  if (style === 'choice' && options.every(({ value }) => /^\d+$/.test(value))) return Number(text);
  return text;
}

/** "creator: North Choir", one a line. A line without a colon stays whole, for the schema to refuse. */
function entriesOf(text: string): Record<string, unknown> {
  const entries = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .map((line): [string, unknown] => {
      const [, name = line, value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? [];
      return [name.trim(), /^\d{1,15}$/.test(value) ? Number(value) : value];
    });
  return Object.fromEntries(entries);
}

function fromText(
  { describe, fromText: reader }: PublisherDeclaration,
  typed: string,
): Record<string, string> {
  if (!reader) return {};
  const read = placeIn(describe.title, reader, typed);
  if (read) return { ...read };
  const problem = `“${reader.words.label}” can’t be read: it looks like ${reader.words.example}.`;
  throw publishErrors.PUBLISH_OPTIONS_INVALID({ publisher: describe.title, problems: [problem] });
}

/** What `acme/site` or its address fills; undefined: it can't be read. Throws PUBLISH_OTHER_SITE. */
export function placeIn(
  title: string,
  reader: PlaceFromText,
  typed: string,
): Readonly<Record<string, string>> | undefined {
  const text = typed.trim();
  return reader.sites && isAddress(reader, text) ? ofAddress(title, reader, text) : reader.read(text);
}

/** With a scheme, or with a host before the two parts of a name. */
function isAddress({ sites = [] }: PlaceFromText, text: string): boolean {
  const [first = '', ...rest] = text.split('/').filter(Boolean);
  if (/^[a-z]+:\/\//i.test(text)) return true;
  return sites.includes(siteOf(first)) || (first.includes('.') && rest.length >= 2);
}

function ofAddress(title: string, { sites = [], words, read }: PlaceFromText, text: string) {
  const whole = /^[a-z]+:\/\//i.test(text) ? text : `https://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url) return undefined;
  const site = siteOf(url.hostname);
  if (!sites.includes(site))
    throw publishErrors.PUBLISH_OTHER_SITE({ site, publisher: title, example: words.example });
  return read(url.pathname.replace(/^\/+|\/+$/g, ''));
}

function siteOf(host: string): string {
  return host.toLowerCase().replace(/^www\./, '');
}
