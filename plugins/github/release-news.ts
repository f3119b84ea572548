import type { NewsAnswer, NewsItem, ReleaseNews } from '#contracts/news.ts';
import { Refused } from '#contracts/refused.ts';
import { fieldsOf } from '#core/fields-of.ts';
import { AnswerError, classify } from './classify.ts';
import { apiUrlOf, connect, publicHeaders } from './client.ts';
import type { GithubOptions } from './options.ts';

/** GitHub lists the newest first; further ones were read before. */
const releasesReadMax = 30;
/** For that list: each release may have 125,000 letters of notes. */
const answerBytesMax = 8 * 1024 * 1024;

/** The fields of a release that GitHub's list and its webhook share. https://docs.github.com/rest/releases */
export interface SaidRelease {
  id?: unknown;
  tag_name?: unknown;
  name?: unknown;
  body?: unknown;
  html_url?: unknown;
  draft?: unknown;
  prerelease?: unknown;
  published_at?: unknown;
}

/** Published releases, and whether they are pre-releases. One request, and one more where an App authenticates. */
export const releaseNews: ReleaseNews<GithubOptions> = {
  concerns: (options, repository) =>
    options.kind !== 'gist' && `${options.owner}/${options.repo}`.toLowerCase() === repository.toLowerCase(),

  async read(context, repository, { etag }, options) {
    const identity = options && options.kind !== 'gist' ? options : {};
    const headers = options ? (await connect(context, identity)).headers : publicHeaders;
    // A renamed repository answers with its new address; the host follows it on the same origin.
    const response = await context.http.fetch(
      `${apiUrlOf(context)}/repos/${repository}/releases?per_page=${releasesReadMax}`,
      { headers: { ...headers, ...(etag !== undefined && { 'if-none-match': etag }) } },
    );
    if (response.status === 304) return { state: 'unchanged' };
    if (response.status !== 200) return failure(context.nowMs(), await AnswerError.of(response, 'GET'));
    const said: unknown = JSON.parse(await boundedText(response));
    const newEtag = response.headers.get('etag');
    return {
      state: 'read',
      items: Array.isArray(said) ? said.flatMap((release: SaidRelease) => releaseItem(release) ?? []) : [],
      validators: newEtag ? { etag: newEtag } : {},
    };
  },

  /** `released` is also sent when a pre-release becomes a release. https://docs.github.com/webhooks (release) */
  hooked(event, body) {
    const { action, release, repository } = fieldsOf(body);
    const { full_name: name } = fieldsOf(repository);
    const isOut = action === 'published' || action === 'released';
    if (event !== 'release' || !isOut || typeof name !== 'string') return undefined;
    const item = releaseItem(fieldsOf(release));
    return item && { repository: name, item };
  },
};

/** Undefined: a draft, which nobody else sees yet. */
export function releaseItem(release: SaidRelease): NewsItem | undefined {
  const { id, tag_name: tag, name, body, html_url: url, draft, prerelease, published_at: at } = release;
  if (typeof id !== 'number' || typeof tag !== 'string' || draft === true) return undefined;
  const atMs = typeof at === 'string' ? Date.parse(at) : Number.NaN;
  return {
    id: String(id),
    tag,
    isPrerelease: prerelease === true,
    title: typeof name === 'string' && name.trim() ? name.trim() : tag,
    text: typeof body === 'string' ? body.replaceAll('\r\n', '\n') : '',
    ...(typeof url === 'string' && { url }),
    ...(!Number.isNaN(atMs) && { atMs }),
  };
}

function failure(nowMs: number, error: AnswerError): NewsAnswer {
  if (error.status === 404) return { state: 'absent' };
  const fate = classify(error);
  if (fate.state !== 'rate-limited') throw error;
  const { reason, retryAtMs, retryAfterMs = 60_000 } = fate;
  return { state: 'later', reason, atMs: retryAtMs ?? nowMs + retryAfterMs };
}

async function boundedText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > answerBytesMax)
      throw new Refused({ state: 'rejected', reason: 'GitHub’s list of releases is larger than 8 MiB' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
