import type { APIAttachment } from 'discord-api-types/v10';
import { byteText } from '../../model/byte-text.ts';
import { Icon } from '../icon.tsx';
import { ownUrl } from '../own-url.ts';
import { Picture } from '../picture.tsx';

export function AttachmentView({ attachment }: { attachment: APIAttachment }) {
  const { filename, url, size, content_type: type = '', description } = attachment;
  if (type.startsWith('image/')) return <Picture url={url} alt={description ?? filename} />;
  const local = ownUrl(url);
  return (
    <div class="file-card">
      <Icon name="file" size={26} />
      <div class="file-text">
        <a href={local ?? url} download={filename} class="file-name">
          {filename}
        </a>
        <span class="file-size">{byteText(size)}</span>
      </div>
      {type.startsWith('audio/') && local && (
        // biome-ignore lint/a11y/useMediaCaption: an attachment of a bot comes without captions
        <audio controls src={local} preload="none" />
      )}
    </div>
  );
}
