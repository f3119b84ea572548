import { z } from 'zod';

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
  owner: z.string().regex(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})$/, 'must be a GitHub user or organisation'),
  repo: z.string().regex(/^(?!\.{1,2}$)[\w.-]{1,100}$/, 'must be a repository’s name, without the owner'),
  /** With it, the credential `privateKey` is used; without, `token`. */
  app: z.strictObject({ id: z.int().positive(), installationId: z.int().positive() }).optional(),
};

const files = {
  /** Where the text goes. `{date} {year} {month} {day} {slug} {key}` */
  path: path.default('posts/{date}-{slug}.md'),
  mediaFolder: path.default('posts/media/{key}'),
};

export const githubOptions = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('commit'), ...repository, ...files, branch: branch.default('main') }),
  z.strictObject({ kind: z.literal('pull-request'), ...repository, ...files, base: branch.default('main') }),
  z.strictObject({
    kind: z.literal('pages'),
    ...repository,
    branch: branch.default('gh-pages'),
    path: path.default('posts/{date}-{slug}/index.html'),
    mediaFolder: path.default('posts/media/{key}'),
  }),
  z.strictObject({ kind: z.literal('gist'), public: z.boolean().default(false) }),
  z.strictObject({
    kind: z.literal('release'),
    ...repository,
    /** Like `path`, with `{version}`: the first tag of the publication that looks like one. */
    tag: z.string().min(1).max(200).default('pub-{date}-{slug}'),
    /** Where GitHub makes the tag when there is none; absent: the default branch. */
    target: branch.optional(),
    prerelease: z.boolean().default(false),
    draft: z.boolean().default(false),
    /**
     * What to do where the tag has a release, or a draft, already: refuse; add the files to it; or add them and replace
     * files of the same names. Its text stays.
     */
    existing: z.enum(['refuse', 'append', 'replace-assets']).default('refuse'),
    /**
     * What to do where the branch has moved since the preview: ask the approvers once more, or use the branch as it is
     * then.
     */
    whenMoved: z.enum(['ask', 'follow']).default('ask'),
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
