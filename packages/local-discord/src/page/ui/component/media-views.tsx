import type {
  APIAttachment,
  APIFileComponent,
  APIMediaGalleryComponent,
  APIMessage,
  APIThumbnailComponent,
} from 'discord-api-types/v10';
import { useContext } from 'preact/hooks';
import { AttachmentView } from '../message/attachment-view.tsx';
import { Picture } from '../picture.tsx';
import { MessageContext } from './message-context.ts';

export function ThumbnailView({ thumbnail }: { thumbnail: APIThumbnailComponent }) {
  const message = useContext(MessageContext);
  return <Picture url={mediaUrl(message, thumbnail.media.url)} alt={thumbnail.description ?? ''} small />;
}

export function GalleryView({ gallery }: { gallery: APIMediaGalleryComponent }) {
  const message = useContext(MessageContext);
  return (
    <div class="gallery">
      {gallery.items.map(({ media, description }) => (
        <Picture key={media.url} url={mediaUrl(message, media.url)} alt={description ?? ''} />
      ))}
    </div>
  );
}

export function FileView({ file }: { file: APIFileComponent }) {
  const message = useContext(MessageContext);
  const attachment = attachmentOf(message, file.file.url);
  if (attachment) return <AttachmentView attachment={attachment} />;
  return <p class="unknown-component">A file that is not attached: {file.file.url}</p>;
}

function mediaUrl(message: APIMessage | undefined, url: string): string {
  return attachmentOf(message, url)?.url ?? url;
}

/** `attachment://name`, or the address that Discord made of it. */
function attachmentOf(message: APIMessage | undefined, url: string): APIAttachment | undefined {
  const name = url.startsWith('attachment://') ? url.slice('attachment://'.length) : undefined;
  return message?.attachments.find((each) => each.filename === name || each.url === url);
}
