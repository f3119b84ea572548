import type { PublicationContent, RenderSettings } from '#contracts/publisher.ts';
import { exactBytes } from '#core/text/amounts.ts';
import { fileNames, gitFileNames } from '#core/text/file-names.ts';
import { slugOf } from '#core/text/path-template.ts';
import type { GithubOptions } from '../options.ts';
import { type GistPlan, type PlannedFile, payloadOf } from '../plan.ts';
import type { Draft } from '../render.ts';

/** The API returns only the beginning of a larger file. */
export const gistFileBytesMax = 1_000_000;
const textTypes =
  /^(text\/|application\/(json|xml|yaml|x-yaml|toml|javascript|x-sh|x-ndjson)\b)|\+(json|xml)$/;

export function renderGist(
  content: PublicationContent,
  options: Extract<GithubOptions, { kind: 'gist' }>,
  { key }: RenderSettings,
  text: string,
): Draft {
  const labels = [`${slugOf(content.title) || 'publication'}.md`, ...content.media.map(({ name }) => name)];
  const names = fileNames(labels, gitFileNames);
  const files: PlannedFile[] = [
    { path: names[0] ?? '', text: `${text}\n` },
    ...content.media.map(({ cid, sizeBytes }, index) => ({ path: names[index + 1] ?? '', cid, sizeBytes })),
  ];
  const description = `${content.title} [pub:${key}]`;
  const plan: GistPlan = { description, public: options.public, marker: `[pub:${key}]`, files };
  return {
    steps: [
      {
        id: 'gist',
        kind: 'gist',
        summary: `Make a ${options.public ? 'public' : 'secret'} gist of ${files.length} file${files.length === 1 ? '' : 's'}`,
        payload: payloadOf(plan),
        artifacts: content.media,
      },
    ],
    warnings: options.public ? [] : ['A secret gist is not private: whoever has its address can read it.'],
    problems: content.media.flatMap((media) => {
      if (!textTypes.test(media.mediaType)) {
        return [`“${media.name}” is ${media.mediaType}; gists hold text only: use a release or a commit.`];
      }
      if (media.sizeBytes === 0)
        return [`“${media.name}” is empty; gists take no empty files: leave it out.`];
      if (media.sizeBytes > gistFileBytesMax) {
        return [`“${media.name}” is larger than the 1 MB a gist’s file may have: use a release or a commit.`];
      }
      return [];
    }),
    preview: [
      { label: 'Description', text: description },
      ...files.map((file) => ({ label: file.path, text: file.text ?? exactBytes(file.sizeBytes ?? 0) })),
    ],
  };
}
