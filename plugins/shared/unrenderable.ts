import type { Rendered } from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';

/** A preview that names why nothing can be rendered, where people can correct it. Throws any other error again. */
export function unrenderable(error: unknown): Rendered {
  if (!isGuildmeshError(error)) throw error;
  return {
    steps: [],
    warnings: [],
    problems: [`${error.message} ${error.next}`],
    costMicros: 0,
    preview: [],
  };
}
