import type {
  MediaReference,
  PublicationContent,
  Rendered,
  RenderSettings,
  Step,
} from '#contracts/publisher.ts';
import { isGuildmeshError } from '#core/errors.ts';
import { beyondBytes } from '#core/text/amounts.ts';
import { plainOfDiscord } from '#core/text/discord-markup.ts';
import { markdownToPlain } from '#core/text/markdown.ts';
import { shorten } from '#core/text/shorten.ts';
import { fitContent } from '../shared/fit-content.ts';
import { hiddenFiles, spoilerWarnings } from '../shared/neutral-content.ts';
import { facetsOf } from './facets.ts';
import { fitsPost, graphemes, postLengthMax } from './length.ts';
import type { BlueskyOptions } from './options.ts';
import { recordKey } from './tid.ts';

/** app.bsky.embed.images */
const imagesMax = 4;
export const imageBytesMax = 2_000_000;
/** The limit of Bluesky's own app. */
const altTextMax = 2_000;
const cardTitleMax = 300;
const cardTextMax = 1_000;

/** Pictures first, then the post that names them. */
export function render(
  content: PublicationContent,
  options: BlueskyOptions,
  settings: RenderSettings,
): Rendered {
  const { text, warnings, problems } = postText(content);
  if (text === '' && content.media.length === 0)
    problems.push('The post is empty: write a title or a text, or attach a picture.');
  const facets = facetsOf(text);
  const handles = facets.filter(({ kind }) => kind === 'mention').map(({ value }) => `@${value}`);
  if (handles.length > 0)
    warnings.push(`Bluesky will notify ${handles.join(', ')}, where there is such an account.`);
  for (const name of hiddenFiles(content)) warnings.push(`${name} is hidden on Discord; Bluesky shows it.`);
  for (const file of content.media) if (!file.altText) warnings.push(`${file.name} has no alt text.`);
  const card = cardOf(content, options);
  const payload = {
    service: options.service,
    rkey: recordKey(settings.createdAtMs, settings.key),
    text,
    facets: facets.map((facet) => ({ ...facet })),
    images: content.media.map(({ altText = '' }, index) => ({ step: `image-${index + 1}`, alt: altText })),
    ...(card && { card }),
    ...(options.language && { language: options.language }),
  };
  const post: Step = {
    id: 'post',
    kind: 'post',
    summary: `Post on Bluesky by ${new URL(options.service).host}`,
    payload,
    artifacts: content.media,
  };
  return {
    steps: [...content.media.map((file, index) => imageStep(file, index, options)), post],
    warnings: [...warnings, ...spoilerWarnings(content, 'Bluesky')],
    problems: [...problems, ...imageProblems(content.media)],
    costMicros: 0,
    preview: [
      { label: `Post (${graphemes(text)} of ${postLengthMax})`, text },
      ...(card ? [{ label: 'Card', text: `${card.title}\n${card.uri}` }] : []),
      ...content.media.map((file) => ({ label: file.name, text: file.altText ?? '' })),
    ],
  };
}

function postText(content: PublicationContent): { text: string; warnings: string[]; problems: string[] } {
  try {
    const { whole, text, outcome } = fitContent(content, fitsPost);
    if (outcome === 'whole') return { text, warnings: [], problems: [] };
    if (outcome === 'too-long') {
      const problem = `What can’t be shortened (link, tags, words of the template) has ${graphemes(text)} of ${postLengthMax} characters: take some of it out.`;
      return { text, warnings: [], problems: [problem] };
    }
    const warning = `The text has ${graphemes(whole)} characters and was shortened to Bluesky’s ${postLengthMax}.`;
    return { text, warnings: [warning], problems: [] };
  } catch (error) {
    if (!isGuildmeshError(error, 'TEXT_PLACEHOLDER_UNKNOWN')) throw error;
    return { text: content.title, warnings: [], problems: [`${error.message} ${error.next}`] };
  }
}

function cardOf({ link, title, body, media, names }: PublicationContent, { card }: BlueskyOptions) {
  if (!card || link === undefined || media.length > 0) return undefined;
  return {
    uri: link,
    title: shorten(plainOfDiscord(title, names), (text) => graphemes(text) <= cardTitleMax),
    description: shorten(markdownToPlain(body, names), (text) => graphemes(text) <= cardTextMax),
  };
}

function imageStep(file: MediaReference, index: number, { service }: BlueskyOptions): Step {
  const { cid, mediaType, sizeBytes, name } = file;
  return {
    id: `image-${index + 1}`,
    kind: 'image',
    summary: `Upload ${name}`,
    payload: { service, cid, mediaType, sizeBytes },
    artifacts: [file],
  };
}

function imageProblems(media: readonly MediaReference[]): string[] {
  const problems = media.flatMap(({ name, mediaType, sizeBytes, altText = '' }) => {
    if (!mediaType.startsWith('image/'))
      return [`${name} (${mediaType}) can’t be posted on Bluesky: take it out, or link to where it is.`];
    const own: string[] = [];
    if (sizeBytes === 0) own.push(`${name} is empty: take it out.`);
    if (sizeBytes > imageBytesMax) {
      const { has, takes } = beyondBytes(sizeBytes, imageBytesMax);
      own.push(`${name} has ${has}; Bluesky takes ${takes}: make it smaller.`);
    }
    const altLength = graphemes(altText);
    if (altLength > altTextMax)
      own.push(
        `The alt text of ${name} has ${altLength} characters; Bluesky takes ${altTextMax}: shorten it.`,
      );
    return own;
  });
  if (media.length > imagesMax)
    problems.push(`Bluesky takes ${imagesMax} pictures in one post: take ${media.length - imagesMax} out.`);
  return problems;
}
