import type { Json, PublicationContent, Rendered, RenderSettings, Step } from '#contracts/publisher.ts';
import { exactBytes } from '#core/text/amounts.ts';
import { fileNames, gitFileNames } from '#core/text/file-names.ts';
import { fillPath, pathProblem } from '#core/text/path-template.ts';
import { shorten } from '#core/text/shorten.ts';
import { fillTemplate } from '#core/text/template.ts';
import { neutralContent, spoilerWarnings } from '../shared/neutral-content.ts';
import { unrenderable } from '../shared/unrenderable.ts';
import type { HuggingfaceOptions } from './options.ts';
import type { CommitPlan, CreatePlan } from './plan.ts';

/** https://huggingface.co/docs/hub/repositories-recommendations: 500 GB is the limit, under 200 GB is recommended. */
const fileBytesMax = 500e9;
const fileBytesAdvised = 200e9;
const titleMax = 72;

export function render(
  given: PublicationContent,
  options: HuggingfaceOptions,
  settings: RenderSettings,
): Rendered {
  try {
    const content = neutralContent(given);
    const draft = rendered(content, options, settings, writingOf(content));
    return { ...draft, warnings: [...spoilerWarnings(given, 'Hugging Face'), ...draft.warnings] };
  } catch (error) {
    return unrenderable(error);
  }
}

function writingOf(content: PublicationContent): string {
  return fillTemplate(content.template ?? '# {title}\n\n{body}\n\n{link}\n\n{tags}', {
    title: content.title,
    body: content.body,
    link: content.link ?? '',
    tags: content.tags.map((tag) => `\`${tag.replaceAll('`', '')}\``).join(' '),
  });
}

function rendered(
  content: PublicationContent,
  options: HuggingfaceOptions,
  settings: RenderSettings,
  text: string,
): Rendered {
  const fields = { title: content.title, ...settings };
  const folder = fillPath(options.mediaFolder, fields).replace(/\/$/, '');
  const names = fileNames(
    content.media.map(({ name }) => name),
    gitFileNames,
  );
  const repo = { type: options.kind, name: options.repo };
  const commit: CommitPlan = {
    ...repo,
    branch: options.branch,
    title: commitTitle(content.title, settings.key),
    marker: `[pub:${settings.key}]`,
    files: [
      { path: fillPath(options.path, fields), text: `${text}\n` },
      ...content.media.map(({ cid, sizeBytes }, index) => ({
        path: `${folder}/${names[index]}`,
        cid,
        sizeBytes,
      })),
    ],
  };
  const steps: Step[] = [
    ...(options.create ? [createStep(options)] : []),
    {
      id: 'commit',
      kind: 'commit',
      summary: `Commit ${commit.files.length} file${commit.files.length === 1 ? '' : 's'} to the ${options.kind} ${options.repo}`,
      payload: jsonOf(commit),
      artifacts: content.media,
    },
  ];
  return {
    steps,
    warnings: content.media
      .filter(({ sizeBytes }) => sizeBytes > fileBytesAdvised && sizeBytes <= fileBytesMax)
      .map(({ name }) => `“${name}” is larger than the 200 GB Hugging Face advises.`),
    problems: problemsOf(content, commit),
    costMicros: 0,
    preview: [
      { label: 'Commit', text: commit.title },
      ...commit.files.map((file) => ({
        label: file.path,
        text: file.text ?? exactBytes(file.sizeBytes ?? 0),
      })),
    ],
  };
}

function createStep(options: HuggingfaceOptions): Step {
  const plan: CreatePlan = {
    type: options.kind,
    name: options.repo,
    visibility: options.visibility,
    ...(options.kind === 'space' && { sdk: options.sdk }),
    ...(options.license && { license: options.license }),
  };
  const summary = `Make the ${options.visibility} ${options.kind} ${options.repo} unless it is there`;
  return { id: 'repository', kind: 'repository', summary, payload: jsonOf(plan), artifacts: [] };
}

function problemsOf(content: PublicationContent, commit: CommitPlan): string[] {
  const problems = commit.files.flatMap(({ path }) => pathProblem(path) ?? []);
  if (content.body.trim() === '' && !content.link && content.media.length === 0) {
    problems.push('There is nothing to publish: add a text, a link or a file.');
  }
  if (new Set(commit.files.map(({ path }) => path)).size < commit.files.length) {
    problems.push('Two files would have the same path: give the target another path or media folder.');
  }
  for (const { name, sizeBytes } of content.media) {
    if (sizeBytes > fileBytesMax)
      problems.push(`“${name}” is larger than the 500 GB a file may have: split it.`);
  }
  return problems;
}

/** The Hub's list of commits has only the title to search. */
function commitTitle(title: string, key: string): string {
  const marker = ` [pub:${key}]`;
  const line = title.replace(/\s+/g, ' ').trim();
  return shorten(line, (text) => text.length <= titleMax - marker.length) + marker;
}

/** Optional fields that are absent are left out, so that equal plans have equal hashes. */
function jsonOf(plan: CommitPlan | CreatePlan): { readonly [key: string]: Json } {
  return JSON.parse(JSON.stringify(plan));
}
