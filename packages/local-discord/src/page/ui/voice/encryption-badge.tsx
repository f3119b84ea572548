import type { VoiceState } from '../../state/app-state.ts';
import { Icon } from '../icon.tsx';

/** Says what the last heard frame was; nothing before there was one. */
export function EncryptionBadge({ voice: { e2ee } }: { voice: Pick<VoiceState, 'e2ee'> }) {
  if (e2ee === undefined) return <span class="badge">No sound yet</span>;
  return e2ee ? (
    <span class="badge badge-safe" title="The frames you hear left the speaker end-to-end encrypted">
      <Icon name="lock" size={14} /> End-to-end encrypted
    </span>
  ) : (
    <span class="badge badge-open" title="The frames you hear are encrypted on the way to the server only">
      <Icon name="unlock" size={14} /> Not end-to-end encrypted
    </span>
  );
}
