import type { VoiceState } from '../../state/app-state.ts';

export function VoiceCounters({ voice }: { voice: VoiceState }) {
  const { framesDecoded, framesLost, stats } = voice;
  const unopened = stats?.framesUndecryptable ?? 0;
  return (
    <dl class="counters">
      <Counter name="Frames" count={framesDecoded} />
      <Counter name="Lost" count={framesLost} bad={framesLost > 0} />
      <Counter name="Not decrypted" count={unopened} bad={unopened > 0} />
    </dl>
  );
}

function Counter({ name, count, bad = false }: { name: string; count: number; bad?: boolean }) {
  return (
    <div class={bad ? 'counter counter-bad' : 'counter'}>
      <dt>{name}</dt>
      <dd>{count.toLocaleString()}</dd>
    </div>
  );
}
