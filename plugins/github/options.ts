import { z } from 'zod';

/** What git takes as a branch or tag: https://git-scm.com/docs/git-check-ref-format, and nothing that starts with `-`. */
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
    /** As `path`, and `{version}`: the first tag of the publication that looks like one. */
    tag: z.string().min(1).max(200).default('pub-{date}-{slug}'),
    /** Where GitHub makes the tag when there is none; absent: the default branch. */
    target: branch.optional(),
    prerelease: z.boolean().default(false),
    draft: z.boolean().default(false),
    /**
     * What to do where the tag has a release, or a draft, already: refuse; add the files to it; or add them, and let
     * files of the same names give way. Its words stay.
     */
    existing: z.enum(['refuse', 'append', 'replace-assets']).default('refuse'),
    /**
     * What to do where the branch stands for another commit than the preview showed: ask those who approved it once
     * more, or follow the branch, whatever is there then.
     */
    whenMoved: z.enum(['ask', 'follow']).default('ask'),
  }),
]);

export type GithubOptions = z.output<typeof githubOptions>;
export type GithubKind = GithubOptions['kind'];

/** Names a repository in steps: what `execute` and `find` get to know it by. */
export interface RepoPlan {
  owner: string;
  repo: string;
  app?: { id: number; installationId: number };
}
