import type { MediaReference, PublicationContent, RenderSettings, Step } from '#contracts/publisher.ts';
import { exactBytes } from '#core/text/amounts.ts';
import { fileNames, gitFileNames } from '#core/text/file-names.ts';
import { fillPath, pathProblem } from '#core/text/path-template.ts';
import type { GithubOptions } from '../options.ts';
import {
  type CommitPlan,
  type PagesPlan,
  type PlannedFile,
  type PullRequestPlan,
  payloadOf,
} from '../plan.ts';
import type { Draft } from '../render.ts';
import { pageOf } from './page.ts';

/** https://docs.github.com/en/rest/git/blobs: up to 100 megabytes. */
export const blobBytesMax = 100_000_000;
const pullRequestTitleMax = 256;
const pullRequestBodyMax = 65_536;

type FileOptions = Extract<GithubOptions, { path: string }>;

/** A commit; for a pull request on its own branch, for Pages on theirs. */
export function renderFiles(
  content: PublicationContent,
  options: FileOptions,
  settings: RenderSettings,
  text: string,
): Draft {
  const fields = { title: content.title, ...settings };
  const path = fillPath(options.path, fields);
  const folder = fillPath(options.mediaFolder, fields).replace(/\/$/, '');
  const names = fileNames(
    content.media.map(({ name }) => name),
    gitFileNames,
  );
  const page = options.kind === 'pages' ? pageOf(content.title, text) : `${text}\n`;
  const files: PlannedFile[] = [
    { path, text: page },
    ...content.media.map(({ cid, sizeBytes }, index) => ({
      path: `${folder}/${names[index]}`,
      cid,
      sizeBytes,
    })),
    // Without it GitHub runs Jekyll over the files and leaves some out.
    ...(options.kind === 'pages' ? [{ path: '.nojekyll', text: '\n' }] : []),
  ];
  const commit = commitPlan(content, options, settings, files);
  const steps: Step[] = [commitStep(commit, content.media), ...laterSteps(content, options, commit, text)];
  return {
    steps,
    warnings: files.some((file) => file.path.startsWith('.github/workflows/'))
      ? ['Files in .github/workflows/ need the permission “workflows” as well.']
      : [],
    problems: problemsOf(content, options, files, text),
    preview: [
      { label: 'Commit message', text: commit.message },
      ...(options.kind === 'pull-request'
        ? [{ label: 'Pull request', text: `${content.title}\n\n${text}` }]
        : []),
      ...files.map((file) => ({ label: file.path, text: file.text ?? exactBytes(file.sizeBytes ?? 0) })),
    ],
  };
}

function commitPlan(
  content: PublicationContent,
  options: FileOptions,
  { key }: RenderSettings,
  files: PlannedFile[],
): CommitPlan {
  const start = { branch: options.kind === 'pull-request' ? `pub/${key}` : options.branch };
  return {
    ...repoOf(options),
    ...start,
    startFrom:
      options.kind === 'pull-request'
        ? { branch: options.base }
        : options.kind === 'pages'
          ? 'nothing'
          : 'refuse',
    message: `${content.title.replace(/\s+/g, ' ')}\n\nPublication-Id: ${key}`,
    marker: key,
    files,
  };
}

function commitStep(plan: CommitPlan, media: readonly MediaReference[]): Step {
  return {
    id: 'commit',
    kind: 'commit',
    summary: `Commit ${plan.files.length} file${plan.files.length === 1 ? '' : 's'} to ${plan.branch} of ${plan.owner}/${plan.repo}`,
    payload: payloadOf(plan),
    artifacts: media,
  };
}

function laterSteps(
  content: PublicationContent,
  options: FileOptions,
  commit: CommitPlan,
  text: string,
): Step[] {
  const repo = repoOf(options);
  const where = `${repo.owner}/${repo.repo}`;
  if (options.kind === 'pull-request') {
    const plan: PullRequestPlan = {
      ...repo,
      head: commit.branch,
      base: options.base,
      title: content.title,
      body: `${text}\n\n<!-- Publication-Id: ${commit.marker} -->`,
    };
    const summary = `Open a pull request to ${options.base} of ${where}`;
    return [{ id: 'pull-request', kind: 'pull-request', summary, payload: payloadOf(plan), artifacts: [] }];
  }
  if (options.kind === 'pages') {
    const plan: PagesPlan = { ...repo, branch: options.branch };
    const summary = `Have GitHub Pages of ${where} show ${options.branch}`;
    return [{ id: 'pages', kind: 'pages', summary, payload: payloadOf(plan), artifacts: [] }];
  }
  return [];
}

function problemsOf(
  content: PublicationContent,
  options: FileOptions,
  files: readonly PlannedFile[],
  text: string,
): string[] {
  const problems = files.flatMap(({ path }) => pathProblem(path) ?? []);
  const paths = files.map(({ path }) => path);
  if (new Set(paths).size < paths.length) {
    problems.push('Two files would have the same path: give the target another path or media folder.');
  }
  for (const media of content.media) {
    if (media.sizeBytes > blobBytesMax) {
      problems.push(
        `“${media.name}” is larger than the 100 MB GitHub takes into a commit: use a release instead.`,
      );
    }
  }
  if (options.kind === 'pull-request') {
    if (content.title.length > pullRequestTitleMax) {
      problems.push(
        `The title has ${content.title.length} of ${pullRequestTitleMax} characters: shorten it.`,
      );
    }
    if (text.length > pullRequestBodyMax - 100) {
      problems.push(
        `The text has more than the ${pullRequestBodyMax - 100} characters of a pull request: shorten it.`,
      );
    }
  }
  return problems;
}

export function repoOf(options: Exclude<GithubOptions, { kind: 'gist' }>) {
  const { owner, repo, app } = options;
  return { owner, repo, ...(app && { app }) };
}
