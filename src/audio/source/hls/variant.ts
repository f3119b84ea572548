import { cleanLine } from '#core/text/clean-line.ts';
import { tracksByChoice } from '../../tracks/choice.ts';
import type { Playlist, Variant } from './playlist.ts';

type Master = Extract<Playlist, { kind: 'master' }>;

/** Enough for music; above it, a picture would only be fetched and thrown away. */
const bandwidthEnough = 160_000;
const videoCodecs = /\b(avc|hvc|hev|vp0?9|av01|dvh|mp4v)/i;
const nameLengthMax = 60;

/** A media playlist of a master playlist. */
export interface Sound {
  url: URL;
  /** The name people read. */
  name: string;
}

/**
 * The playlists with sound, the one to hear first: the audio renditions that are for everybody; without any, the
 * variant that costs least: an audio variant, else the smallest film.
 */
export function soundsOf({ variants, audio }: Master): Sound[] {
  const best = bestOf(variants);
  const group = audio.filter((rendition) => !best?.audioGroup || rendition.group === best.audioGroup);
  const sounds = tracksByChoice(group).flatMap((index) => {
    const url = group[index]?.url ?? best?.url;
    return url ? [{ url, name: cleanLine(group[index]?.name ?? '', nameLengthMax) || `${index + 1}` }] : [];
  });
  if (sounds.length === 0 && best) return [{ url: best.url, name: '1' }];
  return sounds.filter(({ url }, index) => sounds.findIndex((each) => each.url.href === url.href) === index);
}

function bestOf(variants: readonly Variant[]): Variant | undefined {
  const soundOnly = variants.filter(({ codecs }) => codecs !== '' && !videoCodecs.test(codecs));
  const candidates = (soundOnly.length > 0 ? soundOnly : variants).toSorted(
    (a, b) => a.bandwidth - b.bandwidth,
  );
  if (soundOnly.length === 0) return candidates[0];
  return candidates.find(({ bandwidth }) => bandwidth >= bandwidthEnough) ?? candidates.at(-1);
}
