import type { StoredFile } from '../core/depot.ts';
import { html, link, type Part } from '../page/html.ts';

export const account = 'you';
export const accountId = '109000000000000001';
export const limits = { characters: 500, media: 4, imageBytes: 16_777_216, videoBytes: 103_809_024 } as const;

export interface Medium {
  id: string;
  name: string;
  mediaType: string;
  description: string;
  file: StoredFile;
}

export interface Status {
  id: string;
  text: string;
  visibility: string;
  warning: string;
  sensitive: boolean;
  language: string | undefined;
  media: readonly Medium[];
  createdAtMs: number;
}

/** https://docs.joinmastodon.org/entities/Account/ */
function accountView(base: string) {
  const url = `${base}/mastodon`;
  return {
    id: accountId,
    username: account,
    acct: account,
    display_name: 'You',
    locked: false,
    bot: false,
    discoverable: true,
    group: false,
    created_at: '2026-01-01T00:00:00.000Z',
    note: '',
    url,
    uri: url,
    ...{ avatar: '', avatar_static: '', header: '', header_static: '' },
    ...{ followers_count: 0, following_count: 0, statuses_count: 0, last_status_at: null },
    ...{ emojis: [], fields: [] },
  };
}

/** https://docs.joinmastodon.org/entities/Status/ */
export function statusView(
  { id, text, visibility, warning, sensitive, language, media, createdAtMs }: Status,
  base: string,
) {
  const url = `${base}/mastodon/@${account}/${id}`;
  return {
    id,
    created_at: new Date(createdAtMs).toISOString(),
    ...{
      in_reply_to_id: null,
      in_reply_to_account_id: null,
      edited_at: null,
      reblog: null,
      poll: null,
      card: null,
    },
    sensitive,
    spoiler_text: warning,
    visibility,
    language: language ?? null,
    uri: url,
    url,
    ...{ replies_count: 0, reblogs_count: 0, favourites_count: 0 },
    ...{ favourited: false, reblogged: false, muted: false, bookmarked: false, pinned: false },
    content: contentOf(text),
    account: accountView(base),
    media_attachments: media.map((medium) => mediumView(medium, base)),
    ...{ mentions: [], tags: [], emojis: [] },
  };
}

/** https://docs.joinmastodon.org/entities/MediaAttachment/ */
export function mediumView({ id, mediaType, description }: Medium, base: string) {
  const url = `${base}/mastodon/media/${id}`;
  const type = mediaType.split('/')[0] ?? 'unknown';
  return {
    id,
    type,
    url,
    preview_url: url,
    remote_url: null,
    meta: {},
    description: description || null,
    blurhash: null,
  };
}

/** https://docs.joinmastodon.org/entities/Instance/ */
export function instanceView(base: string) {
  const { host } = new URL(base);
  return {
    domain: host,
    title: 'A server of this machine',
    version: '4.5.0',
    source_url: 'https://github.com/mastodon/mastodon',
    description: '',
    usage: { users: { active_month: 1 } },
    languages: ['en'],
    configuration: {
      statuses: {
        max_characters: limits.characters,
        max_media_attachments: limits.media,
        characters_reserved_per_url: 23,
      },
      media_attachments: { image_size_limit: limits.imageBytes, video_size_limit: limits.videoBytes },
    },
    registrations: { enabled: false, approval_required: false, message: null },
    contact: { email: '', account: accountView(base) },
    rules: [],
  };
}

/** As Mastodon shows a text: paragraphs, lines, and addresses as links. */
function contentOf(text: string): string {
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => {
    const lines = paragraph
      .split('\n')
      .map((line, index) => html`${index > 0 && html`<br />`}${linked(line)}`);
    return html`<p>${lines}</p>`;
  });
  return html`${paragraphs}`.text;
}

export function linked(text: string): Part[] {
  return text
    .split(/(https?:\/\/[^\s<>"]{1,1000})/)
    .map((part, index) => (index % 2 === 1 ? link(part) : part));
}
