import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { parsedOptions } from './options-check.ts';

type Options = Record<string, unknown>;

/**
 * "a repository": all of a place but this is known, and it can be picked once the place is connected. Undefined: nothing
 * is open.
 */
export function openNoun(publisher: PublisherDeclaration | undefined, options: Options): string | undefined {
  if (!publisher?.hasChoices || !publisher.fromText || accepts(publisher, options)) return undefined;
  return accepts(publisher, completed(publisher, options)) ? publisher.fromText.noun : undefined;
}

/** The same with an example of what is open: enough to tell which credentials are needed. */
export function completed({ fromText }: PublisherDeclaration, options: Options): Options {
  const example = fromText?.read(fromText.words.example) ?? {};
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...example, ...Object.fromEntries(given) };
}

/** Options of a place that may still have something open. Throws PUBLISH_OPTIONS_INVALID. */
export function checkedPlace(publisher: PublisherDeclaration, options: Record<string, unknown>): void {
  parsedOptions(
    publisher,
    openNoun(publisher, options) === undefined ? options : completed(publisher, options),
  );
}

function accepts(publisher: PublisherDeclaration, options: Options): boolean {
  try {
    parsedOptions(publisher, options);
    return true;
  } catch (error) {
    if (isGuildmeshError(error)) return false;
    throw error;
  }
}
