import { z } from 'zod';
import { inputWords } from '#contracts/input-words.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { suggest } from '#core/text/suggest.ts';
import { publishErrors } from '../errors.ts';

/**
 * Options in the form the publisher's schema gives them. Throws PUBLISH_OPTIONS_INVALID with every problem at once, an
 * unknown name with the one that may have been meant.
 */
export function parsedOptions(publisher: PublisherDeclaration, options: Record<string, unknown>): unknown {
  const schema = publisher.describe.options;
  const unknown = unknownNames(schema, options);
  const parsed = schema.safeParse(options, { error: inputWords });
  const problems = parsed.success ? [] : parsed.error.issues.flatMap(problemsOf);
  // A schema that isn't strict would silently drop a misspelt name.
  for (const problem of unknown) if (!problems.includes(problem)) problems.push(problem);
  if (!parsed.success || problems.length > 0)
    throw publishErrors.PUBLISH_OPTIONS_INVALID({ publisher: publisher.describe.title, problems });
  return parsed.data;

  function problemsOf(issue: z.core.$ZodIssue): string[] {
    if (issue.code === 'unrecognized_keys' && issue.path.length === 0) return unknown;
    const path = issue.path.map(String).join('.');
    return [path === '' ? issue.message : `${path}: ${issue.message}`];
  }
}

function unknownNames(schema: z.ZodType, options: Record<string, unknown>): string[] {
  const known = namesOf(schema);
  if (!known) return [];
  return Object.keys(options)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = suggest(name, known);
      return `${name}: there is no such option${meant ? `; did you mean ${meant}?` : ''}`;
    });
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
