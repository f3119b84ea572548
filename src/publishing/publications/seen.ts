import type { Draft } from '../drafts/renderer.ts';
import { publishErrors } from '../errors.ts';

/** A preview older than this must be seen again before publishing. */
export const previewLifetimeMs = 60 * 60_000;

/**
 * What a preview returns for each target. It carries the id under which the publication will be made, because the
 * public marker in the steps comes from it: what was shown is byte for byte what is sent.
 */
export function previewHash(publicationId: string, draft: Pick<Draft, 'stepsHash'>): string {
  return `${publicationId}.${draft.stepsHash}`;
}

/** The id that all of them carry. Throws PUBLISH_CHANGED when they are not from one preview, or from an old one. */
export function seenPublicationId(
  seen: Readonly<Record<string, string>>,
  targets: readonly { name: string }[],
  nowMs: number,
): string {
  let id: string | undefined;
  for (const { name } of targets) {
    const [seenId] = seen[name]?.split('.') ?? [];
    if (!seenId || (id !== undefined && seenId !== id)) throw publishErrors.PUBLISH_CHANGED({ target: name });
    id = seenId;
  }
  const target = targets[0]?.name ?? '';
  if (id === undefined || !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))
    throw publishErrors.PUBLISH_CHANGED({ target });
  const ageMs = nowMs - madeAtMs(id);
  // Ids of the same millisecond continue into the next.
  if (ageMs < -1_000 || ageMs > previewLifetimeMs) throw publishErrors.PUBLISH_CHANGED({ target });
  return id;
}

/** Throws PUBLISH_CHANGED for the first target that would get something else. */
export function requireSeen(
  seen: Readonly<Record<string, string>>,
  publicationId: string,
  drafts: readonly Draft[],
): void {
  for (const draft of drafts)
    if (seen[draft.target.name] !== previewHash(publicationId, draft))
      throw publishErrors.PUBLISH_CHANGED({ target: draft.target.name });
}

/** The instant in a UUID version 7 (RFC 9562 §5.7). */
export function madeAtMs(id: string): number {
  return Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
}
