import { useEffect, useState } from 'preact/hooks';
import { useApp } from '../../state/app-context.ts';
import type { Run } from '../../state/app-state.ts';
import { Icon } from '../icon.tsx';

/** A quick answer should not flash a notice. */
const quietMs = 350;

/** A command on its way, or the one that nobody answered. */
export function RunNotice({ run }: { run: Run }) {
  const { actions } = useApp();
  const [quiet, setQuiet] = useState(true);
  useEffect(() => {
    const timer = setTimeout(() => setQuiet(false), quietMs);
    return () => clearTimeout(timer);
  }, []);
  if (!run.failure) return quiet ? null : <p class="run-notice">Sending {run.label}…</p>;
  return (
    <div class="run-notice run-failed" role="alert">
      <Icon name="alert" size={18} />
      <div>
        <p>
          <strong>{run.label}</strong> {run.failure.message}
        </p>
        <p class="run-next">
          {run.failure.next} <span class="run-code">{run.failure.code}</span> ·{' '}
          <button type="button" class="text-button" onClick={() => actions.dismissRun(run.id)}>
            Dismiss
          </button>
        </p>
      </div>
    </div>
  );
}
