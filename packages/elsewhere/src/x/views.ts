import type { StoredFile } from '../core/depot.ts';

export const account = { id: '1000', name: 'You', username: 'you' } as const;
export const limits = { characters: 25_000, media: 4 } as const;

export interface Medium {
  id: string;
  mediaType: string;
  totalBytes: number;
  /** By their index, until it is finalised. */
  segments: Map<number, StoredFile>;
  file?: StoredFile;
  altText: string;
}

export interface Post {
  id: string;
  /** As it was sent. */
  text: string;
  media: readonly Medium[];
  replyTo: string | undefined;
  conversationId: string;
  createdAtMs: number;
}

const mediaLifeSeconds = 86_400;

/** As X gives it in a timeline: three characters encoded, each address one of its own. */
export function postView({ id, text, conversationId, createdAtMs }: Post) {
  const urls: { start: number; end: number; url: string; expanded_url: string }[] = [];
  const encoded = text.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const shown = encoded.replace(/https?:\/\/[^\s]{1,1000}/g, (address) => {
    const url = `https://t.co/${id}${urls.length}`;
    urls.push({ start: 0, end: 0, url, expanded_url: address.replaceAll('&amp;', '&') });
    return url;
  });
  return {
    id,
    text: shown,
    conversation_id: conversationId,
    created_at: new Date(createdAtMs).toISOString(),
    ...(urls.length > 0 && { entities: { urls } }),
  };
}

export function mediumView({ id, mediaType, file }: Medium) {
  const isVideo = mediaType.startsWith('video/');
  return {
    id,
    media_key: `3_${id}`,
    expires_after_secs: mediaLifeSeconds,
    ...(file && { size: file.sizeBytes }),
    ...(file && isVideo && { processing_info: { state: 'succeeded', progress_percent: 100 } }),
  };
}

export function segmentView() {
  return { expires_at: Math.floor(Date.now() / 1_000) + mediaLifeSeconds };
}
