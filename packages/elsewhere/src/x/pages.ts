import type { Depot } from '../core/depot.ts';
import type { Answer, Call, PageAnswer } from '../core/route.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html, longText } from '../page/html.ts';
import { player } from '../page/player.ts';
import { time } from '../page/words.ts';
import { account, type Medium, type Post } from './views.ts';

const postsShownMax = 40;

export function timelinePart(posts: readonly Post[]): Html {
  if (posts.length === 0) return html`<p class="dim">No post yet.</p>`;
  return html`${posts.slice(0, postsShownMax).map(postCard)}`;
}

function postCard({ id, text, media, replyTo, createdAtMs }: Post): Html {
  const files = media.map((medium) =>
    player(`/x/media/${medium.id}`, medium.mediaType, medium.altText || 'A file without a description'),
  );
  return html`<div class="card"><p><strong>${account.name}</strong> <span class="dim">@${account.username}, <a href="/x/status/${id}">${time(createdAtMs)}</a>${
    replyTo !== undefined && html`, in reply to <a href="/x/status/${replyTo}">another</a>`
  }</span></p>${text !== '' && longText(text)}${files}</div>`;
}

/** With its whole thread. */
export function postPage(posts: readonly Post[], { params, path }: Call): PageAnswer {
  const post = posts.find(({ id }) => id === params.id);
  if (!post) throw elsewhereErrors.notThere({ path });
  const thread = posts.filter(({ conversationId }) => conversationId === post.conversationId);
  const main = html`<p><a href="/x">Back</a></p><h1>${thread.length > 1 ? 'A thread' : 'A post'}</h1>${thread.map(postCard)}`;
  return { title: 'A post', main };
}

export function mediaFile(medium: Medium | undefined, depot: Depot, { path }: Call): Answer {
  const bytes = medium?.file && depot.read(medium.file);
  if (!bytes) throw elsewhereErrors.notThere({ path });
  return { status: 200, file: { bytes, name: medium.id, mediaType: medium.mediaType } };
}
