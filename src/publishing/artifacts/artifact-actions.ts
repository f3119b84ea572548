import { type AnyAction, implement } from '#contracts/action.ts';
import { artifactAdd, artifactList } from '#contracts/actions/artifacts.ts';
import { type ArtifactStore, playerUpload } from '#contracts/artifacts.ts';
import { viewOf } from './artifact-view.ts';
import type { AttachmentSource } from './attachment-source.ts';
import { artifactErrors } from './errors.ts';

export interface ArtifactActionsComponents {
  store: ArtifactStore;
  attachments: AttachmentSource;
}

export interface ArtifactActionsInit {
  artifactBytesMax: number;
}

export function artifactActions(
  { store, attachments }: ArtifactActionsComponents,
  { artifactBytesMax }: ArtifactActionsInit,
): AnyAction[] {
  return [
    implement(artifactAdd, async ({ signal }, { guildId, label, mediaType, content, source }) => {
      const draft = { label, guildId, source, ...(mediaType !== undefined && { mediaType }) };
      if (content.kind === 'text')
        return viewOf(await store.put(textDraft(draft), bytesOf(content.text), signal));
      if (content.sizeBytes > artifactBytesMax)
        throw artifactErrors.ARTIFACT_TOO_LARGE({ bytesMax: artifactBytesMax });
      const bytes = attachments.open(content.url, content.sizeBytes, signal);
      return viewOf(await store.put(draft, bytes, signal));
    }),

    implement(artifactList, async (_, { guildId, search, limit }) => ({
      artifacts: (await store.list({ guildId, search, exceptSource: playerUpload, limit })).map(viewOf),
    })),
  ];
}

/** Typed text is text, whatever its first bytes look like, unless a type was given. */
function textDraft<Draft extends { mediaType?: string }>(draft: Draft): Draft & { mediaType: string } {
  return { ...draft, mediaType: draft.mediaType ?? 'text/plain' };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text.toWellFormed());
}
