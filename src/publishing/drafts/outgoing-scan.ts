import type { Json, Rendered } from '#contracts/publisher.ts';
import type { GuildScrubber } from '#core/scrubber.ts';
import { findMentions } from '#core/text/mentions.ts';
import { findSecrets } from '#core/text/secrets-scan.ts';
import type { SecretScan } from '../artifacts/secret-scan.ts';

/** Where a rendered text gives a secret away: each names the place and the kind, never the value. */
export function secretPlaces(
  rendered: Rendered,
  scrubber: Pick<GuildScrubber, 'find' | 'scrubTelling'>,
): string[] {
  const places: string[] = [];
  for (const { label: said, text } of textsOf(rendered)) {
    // A step's summary may quote what it sends.
    const label = scrubber.scrubTelling(said);
    if (scrubber.find(text).length > 0) places.push(`${label} holds a credential of this hub`);
    for (const { kind } of findSecrets(text, [])) places.push(`${label} holds what looks like a ${kind}`);
  }
  return [...new Set(places)];
}

/**
 * Findings in the bytes that the steps send: a value of this hub stops them; what only looks like a secret, and what
 * was not scanned, is mentioned.
 */
export function scannedPlaces(
  rendered: Rendered,
  scans: ReadonlyMap<string, SecretScan>,
): { secrets: string[]; notes: string[] } {
  const secrets: string[] = [];
  const notes: string[] = [];
  const sent = new Map(rendered.steps.flatMap(({ artifacts }) => artifacts.map((each) => [each.cid, each])));
  for (const { cid, name } of sent.values()) {
    const scan = scans.get(cid);
    if (scan?.state === 'skipped') notes.push(`${name} was not searched for secrets: ${scan.why}.`);
    for (const { kind, line } of scan?.state === 'scanned' ? scan.findings : []) {
      const place = `line ${line} of ${name} holds`;
      if (kind === 'known') secrets.push(`${place} a credential of this hub`);
      else notes.push(`${place[0]?.toUpperCase()}${place.slice(1)} what looks like a ${kind}.`);
    }
  }
  return { secrets, notes };
}

/** What platforms may treat as mentions. */
export function mentionWarnings(rendered: Rendered): string[] {
  const mentions = rendered.preview.flatMap(({ text }) => findMentions(text));
  return [...new Set(mentions.map(({ text }) => `It mentions ${text}.`))].slice(0, 10);
}

/** Everything that leaves: what people see, and what the steps carry. */
function textsOf(rendered: Rendered): { label: string; text: string }[] {
  const steps = rendered.steps.flatMap((step) => [
    { label: step.summary, text: step.summary },
    ...stringsOf(step.payload).map((text) => ({ label: step.summary, text })),
    ...step.artifacts.flatMap(({ name, altText }) =>
      [name, altText ?? ''].map((text) => ({ label: step.summary, text })),
    ),
  ]);
  return [...rendered.preview.map(({ label, text }) => ({ label, text })), ...steps];
}

function stringsOf(value: Json): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  return Object.entries(value).flatMap(([name, inner]) => [name, ...stringsOf(inner)]);
}
