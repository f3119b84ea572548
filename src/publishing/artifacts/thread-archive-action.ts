import type { APIAttachment } from 'discord-api-types/v10';
import { type AnyAction, implement } from '#contracts/action.ts';
import { artifactArchiveThread } from '#contracts/actions/artifacts.ts';
import type { ArtifactStore } from '#contracts/artifacts.ts';
import type { ThreadContent, ThreadSource } from '#contracts/thread-source.ts';
import type { Clock } from '#core/clock.ts';
import type { Logger } from '#core/logger.ts';
import type { InlineImage } from './archive/message-html.ts';
import { viewOf } from './artifact-view.ts';
import type { AttachmentSource } from './attachment-source.ts';
import { artifactErrors } from './errors.ts';
import { labelFrom } from './label.ts';
import {
  buildThreadArchive,
  inlineBytesMax,
  inlineImageBytesMax,
  inlineMediaTypes,
} from './thread-archive.ts';

export interface ThreadArchiveComponents {
  store: ArtifactStore;
  attachments: AttachmentSource;
  threads: ThreadSource;
  clock: Clock;
  logger: Logger;
}

/** Reads a thread, includes its small pictures, and stores page and JSON as two artifacts. */
export function threadArchiveAction(components: ThreadArchiveComponents): AnyAction {
  const { store, threads, clock } = components;
  return implement(artifactArchiveThread, async ({ actor, signal }, { guildId, channelId }) => {
    // What else this member may read is not known here.
    if (actor.kind === 'guild-member' && actor.channelId !== channelId)
      throw artifactErrors.ARTIFACT_OTHER_THREAD();
    const thread = await threads.read(guildId, channelId, signal);
    const images = await picturesOf(components, thread, signal);
    const { html, json } = buildThreadArchive(thread, { atMs: clock.nowMs(), images });
    const keep = (text: string, mediaType: string, ending: string) => {
      const label = labelFrom(`${thread.name}.${ending}`, `thread.${ending}`);
      return store.put({ label, mediaType, guildId, source: 'thread' }, bytesOf(text), signal);
    };
    const kept = [await keep(html, 'text/html', 'html'), await keep(json, 'application/json', 'json')];
    return {
      title: thread.name,
      url: `https://discord.com/channels/${guildId}/${channelId}`,
      messageCount: thread.messages.length,
      isCut: thread.isCut,
      artifacts: kept.map(viewOf),
    };
  });
}

/** A picture that can't be read is linked to instead: an archive must not fail because of it. */
async function picturesOf(
  { attachments, logger }: ThreadArchiveComponents,
  thread: ThreadContent,
  signal: AbortSignal,
): Promise<Map<string, InlineImage>> {
  const images = new Map<string, InlineImage>();
  let leftBytes = inlineBytesMax;
  for (const attachment of thread.messages.flatMap((message) => message.attachments)) {
    const mediaType = attachment.content_type?.split(';')[0] ?? '';
    if (!isSmallPicture(attachment, mediaType) || attachment.size > leftBytes) continue;
    try {
      const bytes = await collected(attachments.open(attachment.url, attachment.size, signal));
      leftBytes -= bytes.length;
      images.set(attachment.id, { mediaType, bytes });
    } catch (error) {
      signal.throwIfAborted();
      logger.warn(
        { err: error, attachmentId: attachment.id },
        'a picture could not be taken into an archive',
      );
    }
  }
  return images;
}

function isSmallPicture({ size }: APIAttachment, mediaType: string): boolean {
  return size <= inlineImageBytesMax && inlineMediaTypes.includes(mediaType);
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return Buffer.concat(parts);
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array, void> {
  yield Buffer.from(text.toWellFormed());
}
