import type { CredentialField, PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { completed, openNoun } from './open-options.ts';
import { parsedOptions } from './options-check.ts';
import type { Target } from './target-store.ts';

export interface NeededCredential extends CredentialField {
  required: boolean;
}

/**
 * The credentials of this target, in the publisher's order. If the publisher no longer accepts its options this is
 * unknown: then all of its credentials, none required.
 */
export function neededCredentials(
  publisher: PublisherDeclaration | undefined,
  target: Pick<Target, 'options'>,
): NeededCredential[] {
  if (!publisher) return [];
  const { credentials } = publisher.describe;
  try {
    const { options } = target;
    const isOpen = openNoun(publisher, options) !== undefined;
    const needs = publisher.needs(parsedOptions(publisher, isOpen ? completed(publisher, options) : options));
    return credentials.flatMap((field) => {
      const need = needs.find(({ name }) => name === field.name);
      return need ? [{ ...field, required: need.required }] : [];
    });
  } catch (error) {
    if (isGuildmeshError(error)) return credentials.map((field) => ({ ...field, required: false }));
    throw error;
  }
}
