import type { MediaReference, PublicationContent, Rendered, RenderSettings } from '#contracts/publisher.ts';
import { exactBytes } from '#core/text/amounts.ts';
import { plainOfDiscord, withoutDiscordMarkup } from '#core/text/discord-markup.ts';
import { markdownToPlain } from '#core/text/markdown.ts';
import { fillTemplate } from '#core/text/template.ts';
import { spoilerWarnings } from '../shared/neutral-content.ts';
import type { WebhookOptions } from './options.ts';
import type { WebhookPayload } from './payload.ts';

/** Limit for the JSON with everything inlined: receivers seldom accept more. */
export const bodyBytesMax = 8 * 1024 * 1024;

/** Pure: the same content, options and settings give the same step. */
export function render(
  content: PublicationContent,
  options: WebhookOptions,
  settings: RenderSettings,
): Rendered {
  const event = eventOf(content, options, settings);
  const inlined = content.media.filter(({ sizeBytes }) => sizeBytes <= options.inlineBytesMax);
  const problems = problemsOf(event, inlined, content.media, options);
  const payload = {
    event,
    inlineBytesMax: options.inlineBytesMax,
    ...(options.showResultAddress ? { showResultAddress: true } : {}),
    dedupeWindowMs: options.dedupe === 'server-key' ? options.dedupeWindowMinutes * 60_000 : 0,
  };
  return {
    steps:
      problems.length > 0
        ? []
        : [{ id: 'post', kind: 'post', summary: 'Post to the webhook', payload, artifacts: inlined }],
    warnings: [
      ...spoilerWarnings(content, 'a webhook'),
      ...(options.dedupe === 'none'
        ? ['If an answer is lost, a person must look whether it had landed: the receiver promises nothing.']
        : []),
    ],
    problems,
    costMicros: 0,
    preview: previewOf(event, inlined),
  };
}

function eventOf(
  content: PublicationContent,
  { artifactUrl }: WebhookOptions,
  { key, createdAtMs }: RenderSettings,
): WebhookPayload['event'] {
  const { title, body, tags, link, media } = content;
  const plain = markdownToPlain(body, content.names);
  const plainTitle = plainOfDiscord(title, content.names);
  const template = plainOfDiscord(content.template ?? '{title}\n\n{body}\n\n{link}', content.names);
  const fields = { title: plainTitle, body: plain, link: link ?? '', tags: tags.join(', ') };
  return {
    id: key,
    type: 'publication',
    createdAt: new Date(createdAtMs).toISOString(),
    title: plainTitle,
    body: withoutDiscordMarkup(body, { names: content.names }),
    text: fillTemplate(template, fields),
    tags: [...tags],
    ...(link === undefined ? {} : { link }),
    artifacts: media.map((artifact) => artifactOf(artifact, artifactUrl)),
  };
}

function artifactOf(
  { cid, name, mediaType, sizeBytes, altText }: MediaReference,
  template: string | undefined,
): WebhookPayload['event']['artifacts'][number] {
  const url = template
    ?.replaceAll('{cid}', () => encodeURIComponent(cid))
    .replaceAll('{name}', () => encodeURIComponent(name));
  return { cid, name, mediaType, sizeBytes, ...(altText ? { altText } : {}), ...(url ? { url } : {}) };
}

function problemsOf(
  event: WebhookPayload['event'],
  inlined: readonly MediaReference[],
  media: readonly MediaReference[],
  options: WebhookOptions,
): string[] {
  const problems: string[] = [];
  const unreachable =
    options.artifactUrl === undefined ? media.filter((each) => !inlined.includes(each)) : [];
  for (const { name } of unreachable) {
    problems.push(
      `${name} is larger than the ${options.inlineBytesMax} bytes that go along: raise inlineBytesMax, set artifactUrl, or leave it out.`,
    );
  }
  const inlinedBytes = inlined.reduce((sum, { sizeBytes }) => sum + Math.ceil(sizeBytes / 3) * 4, 0);
  if (Buffer.byteLength(JSON.stringify(event)) + inlinedBytes > bodyBytesMax) {
    problems.push(
      'With its files the message is larger than 8 MiB: lower inlineBytesMax, or leave files out.',
    );
  }
  return problems;
}

function previewOf(event: WebhookPayload['event'], inlined: readonly MediaReference[]): Rendered['preview'] {
  return [
    { label: 'JSON', text: JSON.stringify(event, null, 2) },
    ...inlined.map(({ name, sizeBytes }) => ({
      label: 'Goes along',
      text: `${name} · ${exactBytes(sizeBytes)}`,
    })),
  ];
}
