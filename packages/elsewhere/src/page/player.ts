import { type Html, html } from './html.ts';

/** What a browser plays or shows of a file that lies here; nothing for other files. */
export function player(url: string, mediaType: string, words: string): Html {
  const [kind] = mediaType.split('/');
  if (kind === 'audio')
    return html`<br><audio controls preload="none" src="${url}" aria-label="${words}"></audio>`;
  if (kind === 'video')
    return html`<br><video controls preload="none" src="${url}" aria-label="${words}"></video>`;
  if (/^image\/(?:png|jpeg|gif|webp|avif)$/.test(mediaType))
    return html`<br><img src="${url}" alt="${words}" loading="lazy">`;
  return html``;
}
