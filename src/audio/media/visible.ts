/** What somebody may find, by role and by what the guild has decided. */
import { type Role, roleAtLeast } from '#contracts/actor.ts';
import { type ArtifactStore, playerUpload } from '#contracts/artifacts.ts';
import { artifactName, artifactTitle, cidIn } from '../source/artifact-source.ts';
import { isWebAddress } from '../source/fetch/source-url.ts';
import { sampleName } from '../source/library.ts';
import type { Asker, Playable } from './contract.ts';
import { namedFacts } from './tag-line.ts';
import type { Uploads } from './uploads.ts';

/** Newest artifacts among which recordings are looked for. */
const artifactsLookedAt = 500;

export interface VisibleComponents {
  artifacts: () => Pick<ArtifactStore, 'list'>;
  uploads: Pick<Uploads, 'of'>;
}

export function isPublisher({ role }: { role: Role }): boolean {
  return roleAtLeast(role, 'publisher');
}

export function seesLibrary({ membersSeeLibrary, role }: Asker): boolean {
  return membersSeeLibrary || roleAtLeast(role, 'dj');
}

/** A person's own uploads, and for publishers everybody's and the recordings; the newest first. */
export async function keptSounds(components: VisibleComponents, asker: Asker): Promise<Playable[]> {
  const uploads = (await components.uploads.of(asker)).map(({ cid, facts }) => ({
    source: artifactName(cid),
    facts,
  }));
  if (!isPublisher(asker)) return uploads;
  const { guildId } = asker;
  const filter = { guildId, exceptSource: playerUpload, limit: artifactsLookedAt };
  const recordings = (await components.artifacts().list(filter))
    .filter((info) => info.guildId === guildId && isSound(info))
    .map((info) => ({ source: artifactName(info.cid), facts: namedFacts(artifactTitle(info)) }));
  return [...uploads, ...recordings];
}

/** Whether somebody may be shown a source that the guild's player has played. */
export function isVisible(source: string, asker: Asker, kept: readonly Playable[]): boolean {
  if (isWebAddress(source) || source === sampleName) return true;
  if (cidIn(source) !== undefined) return kept.some((own) => own.source === source);
  return seesLibrary(asker);
}

function isSound({ mediaType, source }: { mediaType: string; source: string }): boolean {
  return /^(?:audio|video)\//.test(mediaType) || /^(?:live )?recording\b/.test(source);
}
