import { z } from 'zod';
import type { FieldWords } from '#core/text/problems.ts';

/** What people are shown of values that they give: of publishers' options, and of actions' inputs. */
export const fieldWords = z.registry<FieldWords>();

/** The words of the value at a path; those of its innermost wrapper take precedence. */
export function wordsAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
  input?: unknown,
): FieldWords | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return ownWords(schema);
  const within = valueAt(input, [key]);
  for (const part of partsAt(schema, key, input)) {
    const words = wordsAt(part, rest, within);
    if (words) return words;
  }
  return undefined;
}

/** What stands at the path; undefined: nothing does. */
export function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, key)
        ? Reflect.get(value, key)
        : undefined,
    input,
  );
}

function ownWords(schema: z.core.$ZodType): FieldWords | undefined {
  const own = fieldWords.get(schema);
  const inner = innerOf(schema);
  return inner ? { ...ownWords(inner), ...own } : own;
}

/** What a wrapper wraps: optional, default, transform, … */
function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodPipe) return schema.in;
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  )
    return schema.unwrap();
  return undefined;
}

/** What the key may stand for; of several shapes, those that the input could have come first. */
function partsAt(schema: z.core.$ZodType, key: PropertyKey, input: unknown): z.core.$ZodType[] {
  const inner = innerOf(schema);
  if (inner) return partsAt(inner, key, input);
  if (schema instanceof z.ZodObject) {
    const part = new Map<PropertyKey, z.core.$ZodType>(Object.entries(schema.shape)).get(key);
    return part ? [part] : [];
  }
  if (schema instanceof z.ZodArray) return [schema.element];
  if (schema instanceof z.ZodRecord) return [schema.valueType];
  if (schema instanceof z.ZodUnion)
    return inOrder(schema, input).flatMap((option) => partsAt(option, key, input));
  return [];
}

function inOrder(union: z.ZodUnion, input: unknown): z.core.$ZodType[] {
  const options = [...union.options];
  if (!(union instanceof z.ZodDiscriminatedUnion)) return options;
  const name = union.def.discriminator;
  const given = valueAt(input, [name]);
  const isMeant = (option: z.core.$ZodType) =>
    partsAt(option, name, undefined).some((part) => z.safeParse(part, given).success);
  return [...options.filter(isMeant), ...options.filter((option) => !isMeant(option))];
}
