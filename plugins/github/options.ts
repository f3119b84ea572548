import { z } from 'zod';
import { fieldWords } from '#contracts/field-words.ts';

/**
 * Names that git accepts for branches and tags: https://git-scm.com/docs/git-check-ref-format, except names that start
 * with `-`.
 */
export const refName =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: git refuses them
  /^(?![-/.])(?!.*(?:\.\.|\/\/|\/\.|@\{|\.lock(?:\/|$)))[^\u0000- ~^:?*[\\\u007f]+(?<![/.])$/;

const branch = z.string().max(200).regex(refName, 'must be a branch name');
const path = z.string().min(1).max(300);

const repository = {
  owner: z
    .string()
    .regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'must be a GitHub user or organisation')
    .register(fieldWords, { label: 'Owner', example: 'acme' }),
  repo: z
    .string()
    .regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/, 'must be a repository’s name, without the owner')
    .register(fieldWords, { label: 'Repository, without its owner', example: 'site' }),
  /** With it, the credential `privateKey` is used; without, `token`. */
  app: z
    .strictObject({ id: z.int().positive(), installationId: z.int().positive() })
    .optional()
    .register(fieldWords, {
      label: 'A GitHub App instead of a token',
      help: 'Two lines: id: 12345, then installationId: 67890',
      isMore: true,
    }),
};

const mediaFolder = path.default('posts/media/{key}').register(fieldWords, {
  label: 'Folder of the files',
  help: 'May have {date}, {slug} and {key}',
  isMore: true,
});
const textPath = (usual: string) =>
  path.default(usual).register(fieldWords, {
    label: 'File of the text',
    help: 'May have {date}, {year}, {month}, {day}, {slug} and {key}',
    isMore: true,
  });
const branchOf = (label: string, usual: string) =>
  branch.default(usual).register(fieldWords, { label, isMore: true });

const files = {
  /** Where the text goes. `{date} {year} {month} {day} {slug} {key}` */
  path: textPath('posts/{date}-{slug}.md'),
  mediaFolder,
};

export const githubOptions = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('commit'), ...repository, ...files, branch: branchOf('Branch', 'main') }),
  z.strictObject({
    kind: z.literal('pull-request'),
    ...repository,
    ...files,
    base: branchOf('Branch to merge into', 'main'),
  }),
  z.strictObject({
    kind: z.literal('pages'),
    ...repository,
    branch: branchOf('Branch of the pages', 'gh-pages'),
    path: textPath('posts/{date}-{slug}/index.html'),
    mediaFolder,
  }),
  z.strictObject({
    kind: z.literal('gist'),
    public: z.boolean().default(false).register(fieldWords, {
      label: 'Public',
      help: 'Else only people with its address find it',
      isMore: true,
    }),
  }),
  z.strictObject({
    kind: z.literal('release'),
    ...repository,
    /** Like `path`, with `{version}`: the first tag of the publication that looks like one. */
    tag: z.string().min(1).max(200).default('pub-{date}-{slug}').register(fieldWords, {
      label: 'Tag',
      help: 'v{version} takes the version from the publication’s tags; {date}, {slug} and {key} work, too',
      isMore: true,
    }),
    /** Where GitHub makes the tag when there is none; absent: the default branch. */
    target: branch.optional().register(fieldWords, {
      label: 'Branch of a new tag',
      help: 'Empty: the repository’s default branch',
      isMore: true,
    }),
    prerelease: z.boolean().default(false).register(fieldWords, { label: 'Prerelease', isMore: true }),
    draft: z.boolean().default(false).register(fieldWords, {
      label: 'Leave it as a draft',
      help: 'Somebody publishes it on GitHub',
      isMore: true,
    }),
    /**
     * What to do where the tag has a release, or a draft, already: refuse; add the files to it; or add them and replace
     * files of the same names. Its text stays.
     */
    existing: z
      .enum(['refuse', 'append', 'replace-assets'])
      .default('refuse')
      .register(fieldWords, {
        label: 'When the tag has a release already',
        choices: {
          refuse: 'Refuse',
          append: 'Add the files to it',
          'replace-assets': 'Add the files, replacing those of the same name',
        },
        isMore: true,
      }),
    /**
     * What to do where the branch has moved since the preview: ask the approvers once more, or use the branch as it is
     * then.
     */
    whenMoved: z
      .enum(['ask', 'follow'])
      .default('ask')
      .register(fieldWords, {
        label: 'When the branch moved since the preview',
        choices: { ask: 'Ask for approval again', follow: 'Take the branch as it is then' },
        isMore: true,
      }),
  }),
]);

export type GithubOptions = z.output<typeof githubOptions>;
export type GithubKind = GithubOptions['kind'];

/** Names a repository in steps: all that `execute` and `find` know of it. */
export interface RepoPlan {
  owner: string;
  repo: string;
  app?: { id: number; installationId: number };
}
