import { type AnyAction, implement } from '#contracts/action.ts';
import { artifactUpload } from '#contracts/actions/artifacts.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import { viewOf } from './artifact-view.ts';
import { artifactErrors } from './errors.ts';

/** Streamed to the store and never held in memory. */
export function uploadAction({ store }: { store: Pick<ArtifactStore, 'put'> }): AnyAction {
  return implement(artifactUpload, async ({ signal, body }, { guildId, label, mediaType, expectedCid }) => {
    if (!body) throw artifactErrors.ARTIFACT_WITHOUT_BYTES();
    const draft = {
      label,
      guildId,
      source: 'upload',
      ...(mediaType !== undefined && { mediaType }),
      ...(expectedCid !== undefined && { expectedCid }),
    };
    const { isNew, ...kept } = await store.put(draft, body, signal);
    return { isNew, artifact: viewOf(kept) };
  });
}
