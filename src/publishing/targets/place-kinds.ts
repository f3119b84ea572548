import { z } from 'zod';
import type { PlaceKind, PublisherDeclaration } from '#contracts/publisher-declaration.ts';

/** A publisher without kinds has one. */
export function kindsOf({ describe }: PublisherDeclaration): readonly PlaceKind[] {
  return (
    describe.kinds ?? [
      { id: 'place', title: describe.title, help: describe.summary.slice(0, 100), options: {} },
    ]
  );
}

/** "github/release" */
export function kindIdOf(publisher: PublisherDeclaration, kind: PlaceKind): string {
  return `${publisher.id}/${kind.id}`;
}

/** The kind that a target's options make it. */
export function kindOf(publisher: PublisherDeclaration, options: Record<string, unknown>): PlaceKind {
  const kinds = kindsOf(publisher);
  const fits = (kind: PlaceKind) =>
    Object.entries(kind.options).every(([name, value]) => options[name] === value);
  const [first] = kinds;
  const found = kinds.find(fits) ?? first;
  if (!found) throw new Error(`publisher ${publisher.id}: no kind of place`);
  return found;
}

/** The options of a kind, by name. Undefined: its schema is none that has names. */
export function shapeOf(
  schema: z.core.$ZodType,
  options: Readonly<Record<string, unknown>>,
): Readonly<Record<string, z.core.$ZodType>> | undefined {
  if (schema instanceof z.ZodObject) return schema.shape;
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in, options);
  if (!(schema instanceof z.ZodUnion)) return undefined;
  const shapes = schema.options.map((option) => shapeOf(option, options));
  return shapes.find(
    (shape) =>
      shape &&
      Object.entries(options).every(([name, value]) => {
        const part = shape[name];
        return part !== undefined && z.safeParse(part, value).success;
      }),
  );
}
