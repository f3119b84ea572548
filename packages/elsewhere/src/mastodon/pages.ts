import type { Depot } from '../core/depot.ts';
import type { Answer, Call, PageAnswer } from '../core/route.ts';
import { elsewhereErrors } from '../errors.ts';
import { type Html, html, longText } from '../page/html.ts';
import { player } from '../page/player.ts';
import { time } from '../page/words.ts';
import { account, type Medium, type Status } from './views.ts';

const statusesShownMax = 40;

export function timeline(statuses: readonly Status[]): Html {
  if (statuses.length === 0) return html`<p class="dim">No post yet.</p>`;
  return html`${statuses.slice(0, statusesShownMax).map(statusCard)}`;
}

function statusCard({ id, text, warning, visibility, media, createdAtMs }: Status): Html {
  const body = html`${longText(text)}${media.map((medium) => player(`/mastodon/media/${medium.id}`, medium.mediaType, medium.description || medium.name))}`;
  return html`<div class="card"><p><strong>You</strong> <span class="dim">@${account}, ${visibility}, <a href="/mastodon/@${account}/${id}">${time(createdAtMs)}</a></span></p>
${warning === '' ? body : html`<details><summary><bdi>${warning}</bdi></summary>${body}</details>`}</div>`;
}

export function statusPage(status: Status | undefined, { path }: Call): PageAnswer {
  if (!status) throw elsewhereErrors.notThere({ path });
  return {
    title: 'A post',
    main: html`<p><a href="/mastodon">Back</a></p><h1>A post</h1>${statusCard(status)}`,
  };
}

export function mediaFile(medium: Medium | undefined, depot: Depot, { path }: Call): Answer {
  const bytes = medium && depot.read(medium.file);
  if (!bytes) throw elsewhereErrors.notThere({ path });
  return { status: 200, file: { bytes, name: medium.name, mediaType: medium.mediaType } };
}
