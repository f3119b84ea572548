import { Icon } from './icon.tsx';
import { ownUrl } from './own-url.ts';

/** A picture of the playground itself is shown; one that lies elsewhere is named: the page asks no other host. */
export function Picture({ url, alt, small = false }: { url: string; alt: string; small?: boolean }) {
  const local = ownUrl(url);
  const kind = small ? 'picture picture-small' : 'picture';
  if (local) return <img class={kind} src={local} alt={alt} loading="lazy" />;
  return (
    <a class={`${kind} picture-elsewhere`} href={url} target="_blank" rel="noreferrer noopener" title={url}>
      <Icon name="image" size={small ? 18 : 24} />
      <span>{alt || (URL.parse(url)?.hostname ?? 'a picture')}</span>
    </a>
  );
}
