import { chosenTrack } from '../../tracks/choice.ts';
import type { Playlist, Variant } from './playlist.ts';

type Master = Extract<Playlist, { kind: 'master' }>;

/** Enough for music; a picture above it would only be fetched and thrown away. */
const bandwidthEnough = 160_000;
const videoCodecs = /\b(avc|hvc|hev|vp0?9|av01|dvh|mp4v)/i;

/** The playlist with sound that costs least: an audio rendition, else an audio variant, else the smallest film. */
export function soundOf({ variants, audio }: Master): URL | undefined {
  const best = bestOf(variants);
  const group = audio.filter((rendition) => !best?.audioGroup || rendition.group === best.audioGroup);
  const rendition = group[chosenTrack(group) ?? -1];
  return rendition?.url ?? best?.url;
}

function bestOf(variants: readonly Variant[]): Variant | undefined {
  const soundOnly = variants.filter(({ codecs }) => codecs !== '' && !videoCodecs.test(codecs));
  const candidates = (soundOnly.length > 0 ? soundOnly : variants).toSorted(
    (a, b) => a.bandwidth - b.bandwidth,
  );
  if (soundOnly.length === 0) return candidates[0];
  return candidates.find(({ bandwidth }) => bandwidth >= bandwidthEnough) ?? candidates.at(-1);
}
