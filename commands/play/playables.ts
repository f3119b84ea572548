import type { Attachment, MessageInput } from '#contracts/command.ts';

const filesMax = 10;
const linksMax = 5;
const soundNames = /\.(mp3|ogg|oga|opus|flac|wav|m4a|mp4|aac|webm|mkv|aiff?|mp2|m3u8?|pls|xspf|asx)$/i;
const address = /https?:\/\/[^\s<>]*[^\s<>.,:;"'*_~|`)\]!?]/g;

/** What of a message may be played: files that say that they are sound, and links. */
export function playablesOf({ attachments, content, embeds }: MessageInput): {
  files: Attachment[];
  links: string[];
} {
  const written = content.match(address) ?? [];
  const embedded = embeds.flatMap(({ url }) => url ?? []);
  return {
    files: attachments.filter(isSound).slice(0, filesMax),
    links: [...new Set(written.length > 0 ? written : embedded)].slice(0, linksMax),
  };
}

function isSound({ mediaType, name }: Attachment): boolean {
  return /^(audio|video)\//.test(mediaType ?? '') || soundNames.test(name);
}
