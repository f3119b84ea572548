import { readFileSync } from 'node:fs';
import { graphemes } from '#plugins/bluesky/length.ts';

// biome-ignore lint/suspicious/noExplicitAny: https://atproto.com/specs/lexicon, walked as it is
type Schema = Record<string, any>;

const { docs } = JSON.parse(readFileSync(new URL('./lexicons.json', import.meta.url), 'utf8')) as {
  docs: { id: string; defs: Record<string, Schema> }[];
};
const byId = new Map(docs.map((doc) => [doc.id, doc.defs]));

/** The main definition of an official lexicon; what it says of a procedure's input, a query's parameters, a record. */
export function lexicon(id: string): Schema {
  const main = byId.get(id)?.main;
  if (!main) throw new Error(`no lexicon ${id}`);
  return main;
}

/** What the official lexicons refuse about a value, with its place. Formats: those that this project sends. */
export function judged(schema: Schema, value: unknown, at: { doc: string; path: string }): string[] {
  const wrong = (what: string) => [`${at.path}: ${what}`];
  switch (schema.type) {
    case 'ref':
      return judgedRef(schema.ref, value, at);
    case 'union':
      return judgedUnion(schema, value, at);
    case 'object':
    case 'params':
      return judgedObject(schema, value, at);
    case 'array':
      if (!Array.isArray(value)) return wrong('is no list');
      if (value.length > (schema.maxLength ?? Number.POSITIVE_INFINITY))
        return wrong(`has ${value.length} items`);
      return value.flatMap((item, index) =>
        judged(schema.items, item, { ...at, path: `${at.path}[${index}]` }),
      );
    case 'string':
      return typeof value === 'string' ? judgedText(schema, value, wrong) : wrong('is no string');
    case 'integer':
      return Number.isInteger(value) && Number(value) >= (schema.minimum ?? Number.NEGATIVE_INFINITY)
        ? []
        : wrong('is no such integer');
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong('is no boolean');
    case 'blob':
      return judgedBlob(schema, value, wrong);
    default:
      return [];
  }
}

function judgedRef(ref: string, value: unknown, { doc, path }: { doc: string; path: string }): string[] {
  const [id = '', name = 'main'] = ref.replace(/^lex:/, '').split('#');
  const owner = id === '' ? doc : id;
  const found = byId.get(owner)?.[name];
  if (!found) throw new Error(`${path}: no definition ${ref}`);
  return judged(found, value, { doc: owner, path });
}

function judgedUnion(schema: Schema, value: unknown, at: { doc: string; path: string }): string[] {
  const { $type } = (value ?? {}) as { $type?: unknown };
  const refs = (schema.refs as string[]).map((ref) => ref.replace(/^lex:/, ''));
  const ref = refs.find((each) => each === $type || each === `${at.doc}${$type}`);
  if (ref === undefined) return [`${at.path}: $type ${String($type)} is none of ${refs.join(', ')}`];
  return judged({ type: 'ref', ref }, value, at);
}

function judgedObject(schema: Schema, value: unknown, at: { doc: string; path: string }): string[] {
  if (typeof value !== 'object' || value === null) return [`${at.path}: is no object`];
  const given = value as Record<string, unknown>;
  const missing = ((schema.required ?? []) as string[]).filter((name) => given[name] === undefined);
  const known = (schema.properties ?? {}) as Record<string, Schema>;
  const strange = Object.keys(given).filter((name) => name !== '$type' && !known[name]);
  return [
    ...missing.map((name) => `${at.path}.${name}: is missing`),
    ...strange.map((name) => `${at.path}.${name}: is not in the lexicon`),
    ...Object.entries(known).flatMap(([name, property]) => {
      const isNull = given[name] === null && ((schema.nullable ?? []) as string[]).includes(name);
      if (given[name] === undefined || isNull) return [];
      return judged(property, given[name], { ...at, path: `${at.path}.${name}` });
    }),
  ];
}

function judgedText(schema: Schema, text: string, wrong: (what: string) => string[]): string[] {
  if (Buffer.byteLength(text) > (schema.maxLength ?? Number.POSITIVE_INFINITY))
    return wrong('has too many bytes');
  if (graphemes(text) > (schema.maxGraphemes ?? Number.POSITIVE_INFINITY))
    return wrong('has too many graphemes');
  if (schema.enum && !schema.enum.includes(text)) return wrong('is none of the values');
  const format = formats[schema.format as string];
  return format && !format.test(text) ? wrong(`is no ${schema.format}: ${text}`) : [];
}

const formats: Readonly<Record<string, RegExp>> = {
  datetime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/,
  did: /^did:[a-z]+:[\w.:%-]+$/,
  handle: /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/i,
  'at-identifier': /^(did:[a-z]+:[\w.:%-]+|([a-z0-9-]+\.)+[a-z0-9-]+)$/i,
  'at-uri': /^at:\/\/[^/]+\/[a-z][\w.]+\/[\w.~:-]+$/i,
  nsid: /^[a-z][\w-]*(\.[\w-]+){2,}$/i,
  'record-key': /^[\w.~:-]{1,512}$/,
  tid: /^[234567abcdefghij][234567a-z]{12}$/,
  uri: /^\w+:\S+$/,
  language: /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/,
};

function judgedBlob(schema: Schema, value: unknown, wrong: (what: string) => string[]): string[] {
  const { $type, ref, mimeType, size } = (value ?? {}) as Schema;
  if ($type !== 'blob' || typeof ref?.$link !== 'string' || typeof mimeType !== 'string')
    return wrong('is no blob');
  const accepted = ((schema.accept ?? ['*/*']) as string[]).some(
    (type) =>
      type === '*/*' || type === mimeType || (type.endsWith('/*') && mimeType.startsWith(type.slice(0, -1))),
  );
  if (!accepted) return wrong(`is ${mimeType}`);
  return size > (schema.maxSize ?? Number.POSITIVE_INFINITY) ? wrong(`has ${size} bytes`) : [];
}
