import type { MediaReference, PublicationContent, Rendered, Step } from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { findMentions } from '#core/text/mentions.ts';
import { fitContent } from '../shared/fit-content.ts';
import { hiddenFiles, spoilerWarnings } from '../shared/neutral-content.ts';
import { statusLength } from './length.ts';
import { bareType, mediaKind, mediaProblems } from './media.ts';
import type { MastodonOptions } from './options.ts';

/** Media first, then the status that names them. */
export function render(content: PublicationContent, options: MastodonOptions): Rendered {
  const { text, warnings, problems } = statusText(content, options);
  if (text === '' && content.media.length === 0) {
    problems.push('The post is empty: write a title or a text, or attach a picture.');
  }
  const media = content.media.flatMap((file, index) => mediaSteps(file, `media-${index + 1}`, options));
  warnings.push(...spoilerWarnings(content, 'Mastodon'));
  const names = findMentions(text).filter(({ kind }) => kind === 'handle');
  if (names.length > 0) warnings.push(`Mastodon will notify ${names.map((name) => name.text).join(', ')}.`);
  for (const file of content.media) if (!file.altText) warnings.push(`${file.name} has no alt text.`);
  return {
    steps: [...media, statusStep(content, options, text)],
    warnings,
    problems: [...problems, ...mediaProblems(content.media, options)],
    costMicros: 0,
    preview: [
      ...(options.contentWarning ? [{ label: 'Content warning', text: options.contentWarning }] : []),
      { label: `Post, ${options.visibility} (${statusLength(text)} of ${textMax(options)})`, text },
      ...content.media.map((file) => ({ label: file.name, text: file.altText ?? '' })),
    ],
  };
}

interface StatusText {
  text: string;
  warnings: string[];
  problems: string[];
}

function statusText(content: PublicationContent, options: MastodonOptions): StatusText {
  const max = textMax(options);
  try {
    const { whole, text, outcome } = fitContent(content, (candidate) => statusLength(candidate) <= max);
    if (outcome === 'whole') return { text, warnings: [], problems: [] };
    if (outcome === 'too-long') {
      const problem = `What can’t be shortened (link, tags, words of the template) has ${statusLength(text)} of ${max} characters: take some of it out.`;
      return { text, warnings: [], problems: [problem] };
    }
    const warning = `The text has ${statusLength(whole)} characters and was shortened to the server’s ${max}.`;
    return { text, warnings: [warning], problems: [] };
  } catch (error) {
    if (!isGuildmeshError(error, 'TEXT_PLACEHOLDER_UNKNOWN')) throw error;
    return { text: content.title, warnings: [], problems: [`${error.message} ${error.next}`] };
  }
}

/** A content warning counts with the text. */
function textMax({ textMax, contentWarning }: MastodonOptions): number {
  return Math.max(0, textMax - (contentWarning ? statusLength(contentWarning) : 0));
}

function mediaSteps(file: MediaReference, id: string, { instance }: MastodonOptions): Step[] {
  const kind = mediaKind(file.mediaType);
  if (!kind) return [];
  const { cid, sizeBytes, name, altText = '' } = file;
  const mediaType = bareType(file.mediaType);
  const upload: Step = {
    id,
    kind: 'media',
    summary: `Upload ${name}`,
    payload: { instance, cid, mediaType, sizeBytes, name, altText },
    artifacts: [file],
  };
  if (kind === 'image' && mediaType !== 'image/gif') return [upload];
  const summary = `Wait until the server has processed ${name}`;
  return [
    upload,
    { id: `${id}-ready`, kind: 'media-ready', summary, payload: { instance, media: id }, artifacts: [] },
  ];
}

function statusStep(content: PublicationContent, options: MastodonOptions, text: string): Step {
  const { instance, visibility, language, contentWarning, sensitiveMedia } = options;
  return {
    id: 'post',
    kind: 'status',
    summary: `Post on ${new URL(instance).host}`,
    payload: {
      instance,
      text,
      media: content.media.map((_, index) => `media-${index + 1}`),
      visibility,
      sensitive: (sensitiveMedia && content.media.length > 0) || hiddenFiles(content).length > 0,
      ...(language && { language }),
      ...(contentWarning && { contentWarning }),
    },
    artifacts: content.media,
  };
}
