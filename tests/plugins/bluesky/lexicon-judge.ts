import * as resolveHandle from '@atcute/atproto/types/identity/resolveHandle';
import * as getRecord from '@atcute/atproto/types/repo/getRecord';
import * as putRecord from '@atcute/atproto/types/repo/putRecord';
import * as createSession from '@atcute/atproto/types/server/createSession';
import * as post from '@atcute/bluesky/types/app/feed/post';
import { safeParse } from '@atcute/lexicons/validations';

// biome-ignore lint/suspicious/noExplicitAny: schemas of the official lexicons, walked as they are
type Schema = any;

const schemas: Readonly<Record<string, Schema>> = {
  'app.bsky.feed.post': post.mainSchema,
  'com.atproto.identity.resolveHandle': resolveHandle.mainSchema.params,
  'com.atproto.repo.getRecord': getRecord.mainSchema.params,
  'com.atproto.repo.putRecord': putRecord.mainSchema.input.schema,
  'com.atproto.server.createSession': createSession.mainSchema.input.schema,
};

/**
 * What the official lexicons refuse about a record, a procedure's input or a query's parameters. A lexicon leaves
 * objects and unions open for what comes later; this project sends nothing that it doesn't know, so that is refused, too.
 */
export function judged(id: string, value: unknown): string[] {
  const schema = schemas[id];
  if (!schema) throw new Error(`no lexicon ${id}`);
  const result = safeParse(schema, value, { strict: true });
  const refused = result.ok
    ? []
    : result.issues.map(({ code, path, ...more }) => `${path.join('.')}: ${code} ${JSON.stringify(more)}`);
  return [...refused, ...strangeIn(schema, value, [])];
}

function strangeIn(schema: Schema, value: unknown, path: readonly (string | number)[]): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const given = value as Record<string, unknown>;
  switch (schema.type) {
    case 'record':
      return strangeIn(schema.object, value, path);
    case 'optional':
    case 'nullable':
      return strangeIn(schema.wrapped, value, path);
    case 'array':
      return Object.entries(given).flatMap(([index, item]) => strangeIn(schema.item, item, [...path, index]));
    case 'variant': {
      const member = schema.members.find((each: Schema) => nameOf(each) === given.$type);
      return member
        ? strangeIn(member, value, path)
        : [`${path.join('.')}: $type ${given.$type} is none of those`];
    }
    case 'object':
      return Object.keys(given).flatMap((name) =>
        name in schema.shape
          ? strangeIn(schema.shape[name], given[name], [...path, name])
          : [`${[...path, name].join('.')}: is not in the lexicon`],
      );
    default:
      return [];
  }
}

/** The `$type` that a member of a union goes by. */
function nameOf(schema: Schema): string {
  const { $type } = (schema.object ?? schema).shape;
  return ($type.wrapped ?? $type).expected;
}
