import { wordsAt } from '#contracts/field-words.ts';
import type { PublisherDeclaration } from '#contracts/publisher-declaration.ts';
import type { DiscordNames } from '#core/text/discord-markup.ts';
import { publishErrors } from '../errors.ts';
import { placeIn } from './place-answers.ts';

type Options = Record<string, unknown>;

const idIn = /^(?:<#(\d{17,20})>|https:\/\/(?:\w+\.)?discord\.com\/channels\/\d{17,20}\/(\d{17,20})\/?)$/;
const idAlone = /^\d{17,20}$/;

/**
 * Options as their typist meant them: a channel by `#name`, mention or link, and an address or `owner/name` in place of one
 * of the options that it fills. Throws PUBLISH_CHANNEL_UNKNOWN, PUBLISH_CHANNEL_AMBIGUOUS, PUBLISH_OTHER_SITE.
 */
export function meantOptions(
  publisher: PublisherDeclaration,
  options: Options,
  names?: Pick<DiscordNames, 'called'>,
): Options {
  const spread = spreadOut(publisher, options);
  return Object.fromEntries(
    Object.entries(spread).map(([name, value]) => {
      const { picks } = wordsAt(publisher.describe.options, [name], spread) ?? {};
      if (picks?.what !== 'channel' || typeof value !== 'string' || value === '') return [name, value];
      return [name, channelId(value.trim(), picks.types, names)];
    }),
  );
}

/** `owner=acme/site` says the repository, too. What was given for itself stays. */
function spreadOut({ describe, fromText }: PublisherDeclaration, options: Options): Options {
  if (!fromText || fromText.fills.length < 2) return options;
  for (const name of fromText.fills) {
    const value = options[name];
    if (typeof value !== 'string' || !value.includes('/')) continue;
    const { [name]: _, ...others } = options;
    const read = placeIn(describe.title, fromText, value);
    if (read) return { ...read, ...others };
  }
  return options;
}

function channelId(
  text: string,
  types: readonly number[] | undefined,
  names?: Pick<DiscordNames, 'called'>,
): string {
  const [, mentioned, linked] = idIn.exec(text) ?? [];
  const id = mentioned ?? linked;
  if (id !== undefined) return id;
  if (idAlone.test(text) || !names?.called) return text;
  const name = text.replace(/^#/, '');
  const fitting = names.called(name).filter(({ type }) => types === undefined || types.includes(type));
  const [found, ...others] = fitting;
  if (!found) throw publishErrors.PUBLISH_CHANNEL_UNKNOWN({ name: name.slice(0, 100) });
  if (others.length > 0)
    throw publishErrors.PUBLISH_CHANNEL_AMBIGUOUS({ name: name.slice(0, 100), count: fitting.length });
  return found.id;
}
