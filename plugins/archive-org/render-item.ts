import type {
  MediaReference,
  PublicationContent,
  Rendered,
  RenderSettings,
  Step,
} from '#contracts/publisher.ts';
import { exactBytes } from '#core/text/amounts.ts';
import { fileNames } from '#core/text/file-names.ts';
import { markdownToHtml } from '#core/text/markdown.ts';
import { fillTemplate } from '#core/text/template.ts';
import { neutralContent, spoilerWarnings } from '../shared/neutral-content.ts';
import { dayOf, derivedIdentifier, identifierLengthMax, itemFileNames } from './identifier.ts';
import { headersBytes, metadataHeaders } from './metadata-headers.ts';
import type { ItemOptions } from './options.ts';
import type { FilePayload, ItemMetadata } from './payload.ts';

/** Metadata that doesn't fit is written after the files: servers cut or refuse longer header blocks. */
export const metadataHeadersBytesMax = 6_000;
/** archive.org's own advice for one file. */
export const fileBytesMax = 500 * 1024 ** 3;
const textNameDefault = 'publication.md';

interface ItemFile {
  name: string;
  mediaType: string;
  sizeBytes: number;
  label: string;
  artifact?: MediaReference;
  text?: string;
}

export function renderItem(
  given: PublicationContent,
  options: ItemOptions,
  settings: RenderSettings,
): Rendered {
  const content = neutralContent(given);
  const identifier =
    options.identifier ??
    derivedIdentifier(options.project, options.item, settings.createdAtMs, settings.key);
  const files = filesOf(content, identifier);
  const metadata = metadataOf(content, options, settings, files);
  const problems = problemsOf(files, identifier);
  const { first, later } = spread(metadata, options.identifier !== undefined);
  const common = {
    identifier,
    itemSizeBytes: files.reduce((sum, file) => sum + file.sizeBytes, 0),
    keepOldVersion: options.keepOldVersions,
    metadata: first,
    owned: options.identifier === undefined,
  };
  const steps = files.map((file, index) =>
    // Once, when all are there: each file would start the work again.
    fileStep(file, { ...common, derive: options.derive && index === files.length - 1 }),
  );
  if (Object.keys(later).length > 0) steps.push(metadataStep(identifier, later));
  return {
    steps: problems.length > 0 ? [] : steps,
    warnings: [...spoilerWarnings(given, 'archive.org'), ...warningsOf(files, options)],
    problems,
    costMicros: 0,
    preview: previewOf(identifier, metadata, files),
  };
}

function filesOf(content: PublicationContent, identifier: string): ItemFile[] {
  const labels = content.media.map(({ name }) => name);
  const names = fileNames(labels, itemFileNames(identifier));
  const files: ItemFile[] = content.media.map((artifact, index) => {
    const name = names[index] ?? '';
    const { mediaType, sizeBytes } = artifact;
    return { name, mediaType, sizeBytes, label: artifact.name, artifact };
  });
  // An item needs a file; a publication doesn't.
  if (files.length === 0 && content.body.trim() !== '') {
    const text = `# ${content.title}\n\n${content.body}\n`;
    const sizeBytes = Buffer.byteLength(text);
    files.push({
      name: textNameDefault,
      mediaType: 'text/markdown',
      sizeBytes,
      label: textNameDefault,
      text,
    });
  }
  return files;
}

function metadataOf(
  content: PublicationContent,
  options: ItemOptions,
  settings: RenderSettings,
  files: readonly ItemFile[],
): ItemMetadata {
  const description = descriptionOf(content);
  return {
    mediatype: options.mediatype === 'auto' ? mediatypeOf(files) : options.mediatype,
    ...(options.collections.length > 0 ? { collection: options.collections } : {}),
    title: content.title,
    ...(content.tags.length > 0 ? { subject: [...content.tags] } : {}),
    date: dayOf(settings.createdAtMs),
    ...options.metadata,
    // The public marker: anybody can read whose item this is.
    ...(options.identifier === undefined ? { 'publication-id': settings.key } : {}),
    ...(description === '' ? {} : { description }),
  };
}

/** archive.org shows simple HTML. */
function descriptionOf(content: PublicationContent): string {
  const template = content.template ?? '{body}\n\n{link}';
  const filled = fillTemplate(template, {
    title: content.title,
    body: content.body,
    link: content.link ?? '',
    tags: content.tags.join(', '),
  });
  return markdownToHtml(filled).trim();
}

/** From the first file that determines it. */
function mediatypeOf(files: readonly ItemFile[]): string {
  const all = new Set(files.map(({ mediaType }) => kindOfMedia(mediaType)));
  const [only = 'data'] = all;
  return all.size === 1 ? only : 'data';
}

function kindOfMedia(mediaType: string): string {
  const [top = ''] = mediaType.split('/');
  if (top === 'audio') return 'audio';
  if (top === 'video') return 'movies';
  if (top === 'image') return 'image';
  return top === 'text' || /^application\/(pdf|epub\+zip|postscript)$/.test(mediaType) ? 'texts' : 'data';
}

/** A lasting item has metadata already, which only the metadata API changes. */
function spread(metadata: ItemMetadata, lasting: boolean): { first: ItemMetadata; later: ItemMetadata } {
  const { mediatype, collection, description, ...rest } = metadata;
  const fixed: ItemMetadata = {
    ...(mediatype === undefined ? {} : { mediatype }),
    ...(collection === undefined ? {} : { collection }),
  };
  const tooLong = headersBytes(metadataHeaders(metadata)) > metadataHeadersBytesMax;
  const late: ItemMetadata = description === undefined ? {} : { description };
  const first = tooLong ? { ...fixed, ...rest } : metadata;
  if (lasting) return { first, later: { ...rest, ...late } };
  return { first, later: tooLong ? late : {} };
}

function fileStep(
  file: ItemFile,
  common: Omit<FilePayload, 'name' | 'sizeBytes' | 'mediaType' | 'text'>,
): Step {
  const { name, sizeBytes, mediaType, text, artifact } = file;
  return {
    id: `file:${name}`,
    kind: 'file',
    summary: `Upload ${name} (${exactBytes(sizeBytes)}) to ${common.identifier}`,
    payload: { ...common, name, sizeBytes, mediaType, ...(text === undefined ? {} : { text }) },
    artifacts: artifact ? [artifact] : [],
  };
}

function metadataStep(identifier: string, metadata: ItemMetadata): Step {
  const fields = Object.keys(metadata).join(', ');
  return {
    id: 'metadata',
    kind: 'metadata',
    summary: `Write ${fields} of ${identifier}`,
    payload: { identifier, metadata },
    artifacts: [],
  };
}

function problemsOf(files: readonly ItemFile[], identifier: string): string[] {
  const problems: string[] = [];
  if (files.length === 0) {
    problems.push('An item needs a file: add an artifact, or write a body, which is then kept as a file.');
  }
  for (const { label, sizeBytes } of files) {
    if (sizeBytes === 0) problems.push(`${label} is empty, which archive.org doesn’t take: leave it out.`);
    if (sizeBytes > fileBytesMax) {
      problems.push(`${label} is larger than the 500 GiB that one file may have: split it.`);
    }
  }
  if (identifier.length > identifierLengthMax) {
    problems.push(`The identifier ${identifier} is longer than 100 characters: shorten the project’s name.`);
  }
  return problems;
}

function warningsOf(files: readonly ItemFile[], options: ItemOptions): string[] {
  const warnings = files
    .filter(({ name, label }) => name !== label)
    .map(({ name, label }) => `${label} is kept as ${name}.`);
  if (options.identifier === undefined) {
    warnings.push('An item’s identifier and media type are for ever: nobody can change or reuse them.');
  }
  if (options.collections.includes('test_collection')) {
    warnings.push('Items of test_collection vanish after about 30 days.');
  } else if (options.collections.length > 0) {
    warnings.push(`Without rights to ${options.collections.join(', ')} the whole upload is refused.`);
  }
  if (options.keepOldVersions) {
    warnings.push('With old versions kept, an attempt that must be repeated leaves one more version.');
  }
  return warnings;
}

function previewOf(
  identifier: string,
  metadata: ItemMetadata,
  files: readonly ItemFile[],
): Rendered['preview'] {
  const fields = Object.entries(metadata).map(([label, value]) => ({
    label,
    text: typeof value === 'string' ? value : value.join('; '),
  }));
  const sent = files.map(({ name, sizeBytes, text }) => ({
    label: 'File',
    text: text === undefined ? `${name} · ${exactBytes(sizeBytes)}` : `${name}\n${text}`,
  }));
  return [{ label: 'Item', text: identifier }, ...fields, ...sent];
}
