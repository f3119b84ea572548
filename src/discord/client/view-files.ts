/** Files of views on their way to Discord: an edit sends only those that the message doesn't have yet. */

import { createHash } from 'node:crypto';
import type { RawFile } from 'discord.js';
import {
  type APIAttachment,
  type APIComponentInContainer,
  type APIMessageTopLevelComponent,
  ComponentType,
} from 'discord-api-types/v10';
import type { View, ViewFile } from '#contracts/command.ts';
import { Latest } from '#core/latest.ts';

/** Messages whose files are remembered; of one that was forgotten all files are sent again. */
const messagesMax = 1_000;

interface KnownFile {
  /** Discord's, of the attachment. */
  id: string;
  name: string;
  hash: string;
}

export interface FilesOnTheWay {
  /** Those that the message keeps, by Discord's ids, and those that are sent, by their place. */
  attachments: { id: string; filename?: string }[];
  files: RawFile[];
}

/** The files of messages shown lately. */
export class SentFiles {
  /** By message id. */
  readonly #known = new Latest<string, readonly KnownFile[]>({ countMax: messagesMax });

  /** `messageId`: the message that is edited, where it is known. */
  plan(files: readonly ViewFile[] = [], messageId?: string): FilesOnTheWay {
    const known = (messageId !== undefined && this.#known.get(messageId)) || [];
    const kept = files.flatMap((file) => known.find((candidate) => isSame(candidate, file)) ?? []);
    const sent = files.filter((file) => !kept.some(({ name }) => name === file.name));
    return {
      attachments: [
        ...kept.map(({ id }) => ({ id })),
        ...sent.map(({ name: filename }, index) => ({ id: String(index), filename })),
      ],
      files: sent.map(({ name, bytes, mediaType }) => ({ name, data: bytes, contentType: mediaType })),
    };
  }

  /** The message was shown with these files. */
  shown(
    messageId: string,
    files: readonly ViewFile[] = [],
    attachments: readonly APIAttachment[] = [],
  ): void {
    const known = files.flatMap(({ name, bytes }) => {
      const attachment = attachments.find(({ filename }) => filename === name);
      return attachment ? [{ id: attachment.id, name, hash: hashOf(bytes) }] : [];
    });
    if (known.length === 0) this.#known.delete(messageId);
    else this.#known.set(messageId, known);
  }
}

function isSame({ name, hash }: KnownFile, file: ViewFile): boolean {
  return name === file.name && hash === hashOf(file.bytes);
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url');
}

/** The view for a channel where the bot may not attach files: what shows them is left out, its text stays. */
export function withoutFiles({ files: _, ...view }: View): View {
  return { ...view, components: view.components.flatMap(bare) };
}

function bare(component: APIMessageTopLevelComponent): APIMessageTopLevelComponent[] {
  if (component.type !== ComponentType.Container) return bareInContainer(component);
  return [{ ...component, components: component.components.flatMap(bareInContainer) }];
}

function bareInContainer(component: APIComponentInContainer): APIComponentInContainer[] {
  switch (component.type) {
    case ComponentType.Section:
      return component.accessory.type === ComponentType.Thumbnail ? component.components : [component];
    case ComponentType.MediaGallery:
    case ComponentType.File:
      return [];
    default:
      return [component];
  }
}
