import type { PublicationContent, RenderSettings, Step } from '#contracts/publisher.ts';
import { exactBytes } from '#core/text/amounts.ts';
import { type FileNameRules, fileNames } from '#core/text/file-names.ts';
import type { GithubOptions } from '../options.ts';
import {
  type AssetPlan,
  type PublishPlan,
  payloadOf,
  type ReleaseGround,
  type ReleasePlan,
  releaseGround,
} from '../plan.ts';
import type { Draft } from '../render.ts';
import { repoOf } from './files.ts';
import { releaseTag, tagProblem } from './release-tag.ts';

/** https://docs.github.com/en/repositories/releasing-projects-on-github/about-releases: each under 2 GiB, 1000 at most. */
export const assetBytesMax = 2 * 1024 ** 3 - 1;
export const assetCountMax = 1_000;
const bodyMax = 125_000;
/** GitHub replaces every other letter by a dot, or drops it, and shows the label, which accepts all. */
const assetNames: FileNameRules = { letters: 'ascii', marks: '._+-', gap: '.', bytesMax: 200 };

type ReleaseOptions = Extract<GithubOptions, { kind: 'release' }>;

export function renderRelease(
  content: PublicationContent,
  options: ReleaseOptions,
  settings: RenderSettings,
  text: string,
): Draft {
  const repo = repoOf(options);
  const where = `${repo.owner}/${repo.repo}`;
  const tag = releaseTag(content, options, settings);
  const ground = releaseGround.safeParse(settings.found).data;
  // Published when it is complete: in a repository that forbids changes a release accepts no more files, and followers
  // of releases are notified once, at that moment.
  const hasFiles = content.media.length > 0;
  const plan: ReleasePlan = {
    ...repo,
    tag,
    ...(options.target && { target: options.target }),
    name: content.title,
    body: `${text}\n\n<!-- Publication-Id: ${settings.key} -->`,
    marker: settings.key,
    prerelease: options.prerelease,
    draft: options.draft || hasFiles,
    existing: options.existing,
    whenMoved: options.whenMoved,
    ...(ground && { ground }),
  };
  const release: Step = {
    id: 'release',
    kind: 'release',
    summary: `${plan.draft ? 'Create a draft of' : 'Create'} release ${tag} in ${where}`,
    payload: payloadOf(plan),
    artifacts: [],
  };
  const assets = assetSteps(content, repo, options);
  const publish: PublishPlan = { ...repo, tag, ...(ground?.sha !== undefined && { sha: ground.sha }) };
  return {
    steps: [
      release,
      ...assets,
      ...(hasFiles && !options.draft ? [publishStep(publish, where, assets.length)] : []),
    ],
    warnings: [
      ...(ground?.notes ?? []),
      ...content.media.flatMap(({ name }, index) => {
        const given = assets[index]?.payload.name;
        return given === name ? [] : [`“${name}” will be called “${given}”: GitHub takes no other letters.`];
      }),
    ],
    problems: problemsOf(content, tag, plan.body),
    preview: [
      { label: 'Release', text: `${plan.name}\n${tag}` },
      { label: 'Commit', text: commitText(tag, options, ground) },
      { label: 'Notes', text: plan.body },
      ...assets.map((step) => ({
        label: String(step.payload.name),
        text: exactBytes(Number(step.payload.sizeBytes)),
      })),
    ],
  };
}

function commitText(tag: string, { target }: ReleaseOptions, ground: ReleaseGround | undefined): string {
  const name = ground?.ref.replace(/^(heads|tags)\//, '') ?? target ?? 'the default branch';
  if (ground?.sha === undefined) return `whatever ${name} is at when it leaves`;
  return ground.ref.startsWith('heads/')
    ? `${ground.sha}, where ${name} is now; the tag ${tag} is made there`
    : ground.sha;
}

function publishStep(plan: PublishPlan, where: string, fileCount: number): Step {
  return {
    id: 'publish',
    kind: 'publish-release',
    summary: `Publish release ${plan.tag} in ${where} with ${fileCount} file${fileCount === 1 ? '' : 's'}`,
    payload: payloadOf(plan),
    artifacts: [],
  };
}

function assetSteps(
  content: PublicationContent,
  repo: ReturnType<typeof repoOf>,
  { existing }: Pick<ReleaseOptions, 'existing'>,
): Step[] {
  // GitHub renames other names itself, and they would not be found again.
  const names = fileNames(
    content.media.map(({ name }) => name),
    assetNames,
  );
  return content.media.map((media, index) => {
    const name = names[index] ?? '';
    const { mediaType, sizeBytes, cid } = media;
    const plan: AssetPlan = {
      ...repo,
      name,
      label: media.name,
      mediaType,
      sizeBytes,
      cid,
      ...(existing === 'replace-assets' && { replace: true }),
    };
    return {
      id: `asset:${name}`,
      kind: 'asset',
      summary: `Upload ${name} to the release`,
      payload: payloadOf(plan),
      artifacts: [media],
    };
  });
}

function problemsOf(content: PublicationContent, tag: string, body: string): string[] {
  const problems: string[] = [];
  const ofTag = tagProblem(tag);
  if (ofTag) problems.push(ofTag);
  if (body.length > bodyMax) {
    problems.push(`The notes have ${body.length} of ${bodyMax} characters: shorten the text.`);
  }
  if (content.media.length > assetCountMax) {
    problems.push(`A release takes ${assetCountMax} files: leave some out.`);
  }
  for (const { name, sizeBytes } of content.media) {
    if (sizeBytes > assetBytesMax)
      problems.push(`“${name}” is not under 2 GiB: split it, or use archive.org.`);
    if (sizeBytes === 0) problems.push(`“${name}” is empty; GitHub takes no empty files: leave it out.`);
  }
  return problems;
}
