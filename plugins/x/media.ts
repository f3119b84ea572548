import type { MediaReference } from '#contracts/publisher.ts';
import { beyondBytes } from '#core/text/amounts.ts';
import { hiddenFiles } from '../shared/neutral-content.ts';

export const altTextMax = 1_000;
const photosMax = 4;
const MiB = 1024 * 1024;

export interface MediaClass {
  category: 'tweet_image' | 'tweet_gif' | 'tweet_video';
  name: string;
  bytesMax: number;
  countMax: number;
}

const photo: MediaClass = { category: 'tweet_image', name: 'photo', bytesMax: 5 * MiB, countMax: photosMax };
const gif: MediaClass = { category: 'tweet_gif', name: 'GIF', bytesMax: 15 * MiB, countMax: 1 };
const video: MediaClass = { category: 'tweet_video', name: 'video', bytesMax: 512 * MiB, countMax: 1 };

const classes = new Map<string, MediaClass>([
  ['image/jpeg', photo],
  ['image/png', photo],
  ['image/webp', photo],
  ['image/gif', gif],
  ['video/mp4', video],
  ['video/quicktime', video],
]);

export function mediaClass(mediaType: string): MediaClass | undefined {
  return classes.get(bareType(mediaType));
}

/** "video/mp4; codecs=avc1" → "video/mp4" */
export function bareType(mediaType: string): string {
  return mediaType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** What X would refuse about these files, each with what to change. */
export function mediaProblems(media: readonly MediaReference[]): string[] {
  return [...media.flatMap(fileProblems), ...togetherProblems(media)];
}

export function mediaWarnings(media: readonly MediaReference[]): string[] {
  const open = hiddenFiles({ media }).map((name) => `${name} is hidden on Discord; X shows it.`);
  const each = media.flatMap((file) => {
    const found = mediaClass(file.mediaType);
    if (found === video) {
      const length = `${file.name}: X takes videos of 0.5 to 140 seconds; the length isn’t checked here.`;
      return file.altText ? [length, `${file.name}: X takes no alt text for videos.`] : [length];
    }
    return found && !file.altText ? [`${file.name} has no alt text.`] : [];
  });
  return [...open, ...each];
}

function fileProblems(file: MediaReference): string[] {
  const found = mediaClass(file.mediaType);
  if (!found) return [unpostable(file)];
  const problems: string[] = [];
  if (file.sizeBytes === 0) problems.push(`${file.name} is empty: take it out.`);
  if (file.sizeBytes > found.bytesMax) {
    const { has, takes } = beyondBytes(file.sizeBytes, found.bytesMax);
    problems.push(`${file.name} has ${has}; X takes a ${found.name} of at most ${takes}: make it smaller.`);
  }
  const altLength = [...(file.altText ?? '')].length;
  if (altLength > altTextMax) {
    problems.push(
      `The alt text of ${file.name} has ${altLength} characters; X takes ${altTextMax}: shorten it.`,
    );
  }
  return problems;
}

function unpostable(file: MediaReference): string {
  if (file.mediaType.startsWith('audio/')) {
    return `${file.name} is audio, which X doesn’t take: make a video of it, or link to where it can be heard.`;
  }
  return `${file.name} (${file.mediaType}) can’t be posted on X: take it out, or use JPEG, PNG, WebP, GIF or MP4.`;
}

function togetherProblems(media: readonly MediaReference[]): string[] {
  const found = media.map((file) => mediaClass(file.mediaType)).filter((each) => each !== undefined);
  const [first] = found;
  if (!first) return [];
  if (found.some((each) => each !== first)) {
    return ['A post on X has up to 4 photos, or one GIF, or one video: choose one kind.'];
  }
  if (found.length <= first.countMax) return [];
  return [
    `A post on X has at most ${first.countMax} ${first.name}${first.countMax > 1 ? 's' : ''}: take ${found.length - first.countMax} out.`,
  ];
}
