import type { ConnectionField, ConnectionForm } from '#contracts/connections.ts';
import type { Publisher } from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';
import type { CredentialPresence } from '../credentials/credentials.ts';
import { publishErrors } from '../errors.ts';
import { parsedOptions } from '../targets/options-check.ts';
import type { Target } from '../targets/target-store.ts';

/** Longer than any platform's; a PEM file fits. */
export const credentialBytesMax = 16 * 1024;

type Authorise = NonNullable<Publisher['authorise']>;

/** How this target is granted access on a page of its platform; undefined where keys are entered. */
export function authorisationOf(publisher: Publisher, target: Target): Authorise | undefined {
  const { authorise } = publisher;
  if (!authorise) return undefined;
  try {
    return authorise.isUsed(parsedOptions(publisher, target.options)) ? authorise : undefined;
  } catch (error) {
    // Options of another version of the publisher: keys can still be entered.
    if (isGuildmeshError(error)) return undefined;
    throw error;
  }
}

/** The fields of the page where access is granted on the platform, and those for people who have what that gives. */
export function grantFields(
  authorise: Authorise,
  known: readonly CredentialPresence[],
): { app: ConnectionField[]; instead: ConnectionField[] } {
  const app = known.flatMap(({ name, help, present }) => {
    const asked = authorise.app.find((field) => field.name === name);
    return asked ? [{ name, help, required: asked.required && !present }] : [];
  });
  const given = known.filter(({ name }) => name === authorise.gives);
  return { app, instead: [...app, ...given.map(({ name, help }) => ({ name, help, required: true }))] };
}

export function connectionForm(
  target: Target,
  publisher: Publisher,
  known: readonly CredentialPresence[],
  page: { origin(authorise: Authorise): string; redirectUrl: string; expiresAtMs: number },
): ConnectionForm {
  const about = {
    guildId: target.guildId,
    target: target.name,
    publisher: publisher.describe.title,
    expiresAtMs: page.expiresAtMs,
  };
  const authorise = authorisationOf(publisher, target);
  if (!authorise) return { ...about, fields: known };
  const { app, instead } = grantFields(authorise, known);
  const { redirectUrl } = page;
  return {
    ...about,
    fields: instead,
    authorise: { fields: app, origin: page.origin(authorise), redirectUrl },
  };
}

/** Throws PUBLISH_CREDENTIAL_INVALID with every problem. No value is repeated. */
export function checkedValues(
  fields: readonly (ConnectionField & { present?: boolean })[],
  values: Readonly<Record<string, string>>,
  { mayBeNone }: { mayBeNone: boolean },
): Record<string, string> {
  const given = Object.entries(values).filter(([, value]) => value.trim() !== '');
  const problems = given.flatMap(([name, value]) => {
    if (!fields.some((field) => field.name === name))
      return [`there is no credential “${name.slice(0, 64)}”`];
    if (Buffer.byteLength(value) > credentialBytesMax)
      return [`${name} is longer than ${credentialBytesMax} bytes`];
    return [];
  });
  const missing = fields.filter(
    (field) => field.required && !field.present && !given.some(([name]) => name === field.name),
  );
  problems.push(...missing.map((field) => `${field.name} is missing`));
  if (given.length === 0 && missing.length === 0 && !mayBeNone) problems.push('nothing was entered');
  if (problems.length > 0) throw publishErrors.PUBLISH_CREDENTIAL_INVALID({ problems });
  return Object.fromEntries(given.map(([name, value]) => [name, value.trim()]));
}
