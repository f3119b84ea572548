import type { MediaReference } from '#contracts/publisher.ts';
import { beyondBytes } from '#core/text/amounts.ts';
import type { MastodonOptions } from './options.ts';

const altTextMax = 1_500;

const kinds = ['image', 'video', 'audio'] as const;

export type MediaKind = (typeof kinds)[number];

const types: Record<MediaKind, readonly string[]> = {
  image: ['image/jpeg', 'image/png', 'image/gif', 'image/webp', 'image/avif', 'image/heic', 'image/heif'],
  video: ['video/mp4', 'video/webm', 'video/quicktime'],
  audio: [
    'audio/mpeg',
    'audio/mp3',
    'audio/ogg',
    'audio/wav',
    'audio/x-wav',
    'audio/flac',
    'audio/opus',
    'audio/aac',
    'audio/mp4',
    'audio/webm',
  ],
};

export function mediaKind(mediaType: string): MediaKind | undefined {
  return kinds.find((kind) => types[kind].includes(bareType(mediaType)));
}

/** "audio/ogg; codecs=opus" → "audio/ogg" */
export function bareType(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** What the server would refuse about these files, each with what to change. */
export function mediaProblems(media: readonly MediaReference[], options: MastodonOptions): string[] {
  const problems = media.flatMap((file) => fileProblems(file, options));
  const kinds = media.map((file) => mediaKind(file.mediaType));
  if (media.length > options.mediaMax) {
    problems.push(
      `This server takes ${options.mediaMax} files in one post: take ${media.length - options.mediaMax} out.`,
    );
  }
  if (media.length > 1 && kinds.some((kind) => kind === 'video' || kind === 'audio')) {
    problems.push('A post on Mastodon has pictures, or one video, or one sound: choose one kind.');
  }
  return problems;
}

function fileProblems(file: MediaReference, options: MastodonOptions): string[] {
  const kind = mediaKind(file.mediaType);
  if (!kind) {
    return [
      `${file.name} (${file.mediaType}) can’t be posted on Mastodon: take it out, or link to where it is.`,
    ];
  }
  const problems: string[] = [];
  const bytesMax = kind === 'image' ? options.imageBytesMax : options.videoBytesMax;
  if (file.sizeBytes === 0) problems.push(`${file.name} is empty: take it out.`);
  if (file.sizeBytes > bytesMax) {
    const { has, takes } = beyondBytes(file.sizeBytes, bytesMax);
    problems.push(`${file.name} has ${has}; this server takes ${takes}: make it smaller.`);
  }
  const altLength = [...(file.altText ?? '')].length;
  if (altLength > altTextMax) {
    problems.push(
      `The alt text of ${file.name} has ${altLength} characters; Mastodon takes ${altTextMax}: shorten it.`,
    );
  }
  return problems;
}
