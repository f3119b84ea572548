import { z } from 'zod';
import { faultSentence, readInput } from '#contracts/input-words.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { suggest } from '#core/text/suggest.ts';
import { publishErrors } from '../errors.ts';

const nameShownMax = 40;

/**
 * Options in the form the publisher's schema gives them. Throws PUBLISH_OPTIONS_INVALID with every problem at once, an
 * unknown name with the one that may have been meant.
 */
export function parsedOptions(publisher: PublisherDeclaration, options: Record<string, unknown>): unknown {
  const schema = publisher.describe.options;
  const known = namesOf(schema);
  // A schema that isn't strict would silently drop a misspelt name.
  const strange = known ? Object.keys(options).filter((name) => !known.includes(name)) : [];
  const rest = Object.entries(options).filter(([name]) => !strange.includes(name));
  const read = readInput(schema, Object.fromEntries(rest));
  const problems = strange.map((name) => unknownName(name, known ?? []));
  if ('faults' in read) problems.push(...read.faults.map(faultSentence));
  if ('faults' in read || problems.length > 0)
    throw publishErrors.PUBLISH_OPTIONS_INVALID({ publisher: publisher.describe.title, problems });
  return read.data;
}

function unknownName(name: string, known: readonly string[]): string {
  const meant = suggest(name, known);
  return `There is no “${name.slice(0, nameShownMax)}” here${meant === undefined ? '.' : `. Did you mean “${meant}”?`}`;
}

/** Undefined where the schema doesn't say. */
function namesOf(schema: z.core.$ZodType): string[] | undefined {
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  if (schema instanceof z.ZodUnion) {
    const options = schema.options.map(namesOf);
    return options.every((names) => names !== undefined) ? [...new Set(options.flat())] : undefined;
  }
  if (schema instanceof z.ZodPipe) return namesOf(schema.in);
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return namesOf(schema.unwrap());
  return undefined;
}
