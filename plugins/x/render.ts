import type { MediaReference, PublicationContent, Rendered, Step } from '#contracts/publisher.ts';
import { findMentions } from '#core/text/mentions.ts';
import { spoilerWarnings } from '../shared/neutral-content.ts';
import { cashtagsIn, linksIn, postLength, postLengthMax } from './length.ts';
import { bareType, mediaClass, mediaProblems, mediaWarnings } from './media.ts';
import type { XOptions } from './options.ts';
import { postTexts } from './text.ts';

/** Media first, each with its alt text; then the post; then, where allowed, the further parts of a thread. */
export function render(content: PublicationContent, options: XOptions): Rendered {
  const { parts, warnings, problems } = postTexts(content, options);
  const media = content.media.flatMap((file, index) => mediaSteps(file, `media-${index + 1}`, options));
  return {
    steps: [...media, ...parts.map((_, index) => postStep(content, options, parts, index))],
    warnings: [
      ...warnings,
      ...spoilerWarnings(content, 'X'),
      ...mediaWarnings(content.media),
      ...mentionWarnings(parts),
    ],
    problems: [...problems, ...textProblems(content, parts), ...mediaProblems(content.media)],
    costMicros: costMicros(parts, media, options),
    preview: [
      ...parts.map((text, index) => ({
        label: `${parts.length > 1 ? `Post ${index + 1} of ${parts.length}` : 'Post'} (${postLength(text)} of ${postLengthMax})`,
        text,
      })),
      ...content.media.map((file) => ({ label: file.name, text: file.altText ?? '' })),
    ],
  };
}

function mediaSteps(file: MediaReference, id: string, { auth }: XOptions): Step[] {
  const found = mediaClass(file.mediaType);
  if (!found) return [];
  const { category, name } = found;
  const { cid, sizeBytes } = file;
  const mediaType = bareType(file.mediaType);
  const steps: Step[] = [
    {
      id,
      kind: 'media',
      summary: `Upload the ${name} ${file.name}`,
      payload: { auth, cid, mediaType, category, sizeBytes },
      artifacts: [file],
    },
  ];
  if (category !== 'tweet_image') {
    const summary = `Wait until X has processed ${file.name}`;
    steps.push({
      id: `${id}-ready`,
      kind: 'media-ready',
      summary,
      payload: { auth, media: id },
      artifacts: [],
    });
  }
  if (file.altText && category !== 'tweet_video') {
    const payload = { auth, media: id, text: file.altText };
    const summary = `Set the alt text of ${file.name}`;
    steps.push({ id: `${id}-alt`, kind: 'alt-text', summary, payload, artifacts: [] });
  }
  return steps;
}

function postStep(
  content: PublicationContent,
  options: XOptions,
  parts: readonly string[],
  index: number,
): Step {
  const media = index === 0 ? content.media.map((_, number) => `media-${number + 1}`) : [];
  return {
    id: partId(index),
    kind: 'post',
    summary: index === 0 ? 'Post on X' : `Post part ${index + 1} of ${parts.length} as a reply`,
    payload: {
      auth: options.auth,
      text: parts[index] ?? '',
      media,
      part: index + 1,
      partCount: parts.length,
      madeWithAi: options.madeWithAi,
      ...(index > 0 && { replyTo: partId(index - 1) }),
      ...(options.replySettings && index === 0 && { replySettings: options.replySettings }),
    },
    artifacts: index === 0 ? content.media : [],
  };
}

function partId(index: number): string {
  return index === 0 ? 'post' : `part-${index + 1}`;
}

function textProblems(content: PublicationContent, parts: readonly string[]): string[] {
  const problems: string[] = [];
  if (parts.every((text) => text === '') && content.media.length === 0) {
    problems.push('The post is empty: write a title or a text, or attach a picture.');
  }
  for (const text of parts) {
    const cashtags = cashtagsIn(text);
    if (cashtags.length > 1) {
      const named = cashtags.map((tag) => `$${tag}`).join(', ');
      problems.push(`X takes one cashtag per post, here are ${named}: leave one.`);
    }
  }
  return problems;
}

function mentionWarnings(parts: readonly string[]): string[] {
  const handles = parts.flatMap((text) => findMentions(text).filter((mention) => mention.kind === 'handle'));
  const names = [...new Set(handles.map((mention) => mention.text))];
  return names.length === 0 ? [] : [`X will notify ${names.join(', ')}.`];
}

function costMicros(parts: readonly string[], media: readonly Step[], { prices }: XOptions): number {
  const posts = parts.map((text) => (linksIn(text).length > 0 ? prices.postWithLink : prices.post));
  const altTexts = media.filter((step) => step.kind === 'alt-text').map(() => prices.mediaMetadata);
  return [...posts, ...altTexts].reduce((sum, price) => sum + price, 0);
}
