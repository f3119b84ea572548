import { useRef } from 'preact/hooks';
import { meterPercent } from '../../model/pcm-level.ts';
import type { VoiceState } from '../../state/app-state.ts';

/** How many of the last levels are drawn: five seconds. */
const historyCount = 48;

/** The loudness of what was decoded, now and just before. Its data are the exact figures. */
export function LevelMeter({ voice, small = false }: { voice: VoiceState; small?: boolean }) {
  const percent = meterPercent(voice.level.rms);
  const history = useRef<number[]>(new Array<number>(historyCount).fill(0));
  history.current = [...history.current.slice(1), percent];
  return (
    // biome-ignore lint/a11y/useSemanticElements: the element `meter` can't be drawn as bars
    <div
      class={`meter ${small ? 'meter-small' : ''}`}
      role="meter"
      aria-label="Level of what you hear"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={percent === 0 ? 'silent' : `${percent} percent`}
      data-frames={voice.framesDecoded}
      data-lost={voice.framesLost}
      data-peak={voice.level.peak.toFixed(4)}
      data-rms={voice.level.rms.toFixed(4)}
    >
      {history.current.map((height, index) => (
        <i key={index} style={{ '--level': String(height / 100) }} />
      ))}
    </div>
  );
}
