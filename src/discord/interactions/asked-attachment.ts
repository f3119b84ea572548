import type { APIAttachment } from 'discord-api-types/v10';
import type { Attachment } from '#contracts/command.ts';
import { attachmentName } from '#core/text/file-names.ts';

export function parseAttachment(attachment: APIAttachment): Attachment {
  const { url, size, content_type } = attachment;
  return { name: attachmentName(attachment), url, sizeBytes: size, mediaType: content_type };
}
