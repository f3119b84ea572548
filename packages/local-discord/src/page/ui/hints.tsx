import { useEffect, useState } from 'preact/hooks';
import { type HintStep, hintSteps } from '../model/hint-steps.ts';
import { useApp, useAppState } from '../state/app-context.ts';
import { read, write } from '../state/saved-choices.ts';
import { Icon } from './icon.tsx';

const KEY = 'playground-hints-closed';

/** Open at the first visit, and whenever it is asked for. */
export function useHintsOpen(): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(read<boolean>(KEY) !== true);
  useEffect(() => write(KEY, !open), [open]);
  return [open, setOpen];
}

export function HintsButton({ open, setOpen }: { open: boolean; setOpen: (open: boolean) => void }) {
  const any = useAppState((state) => state.hints.length > 0);
  if (!any) return null;
  return (
    <button
      type="button"
      class="quiet-button"
      aria-expanded={open}
      aria-controls={open ? 'hints' : undefined}
      onClick={() => setOpen(!open)}
    >
      <Icon name="bulb" size={18} />
      <span class="quiet-label">What to type</span>
    </button>
  );
}

export function Hints({ close }: { close: () => void }) {
  const hints = useAppState((state) => state.hints);
  const guilds = useAppState((state) => state.guilds);
  if (hints.length === 0) return null;
  return (
    <section class="hints" id="hints" aria-labelledby="hints-title">
      <div class="hints-head">
        <h3 id="hints-title">What to type</h3>
        <button type="button" class="icon-button" aria-label="Close the hints" onClick={close}>
          <Icon name="close" size={16} />
        </button>
      </div>
      <ol class="hint-steps">
        {hintSteps(hints, guilds).map((step) => (
          <HintLine key={step.parts.map(({ text }) => text).join()} step={step} />
        ))}
      </ol>
    </section>
  );
}

function HintLine({ step: { parts, guildId, channelId } }: { step: HintStep }) {
  const { actions } = useApp();
  const use = (command: string) => {
    if (guildId) actions.openGuild(guildId);
    if (channelId) actions.openChannel(channelId);
    actions.setDraft(`${command} `);
  };
  return (
    <li class="hint-step">
      <span class="hint-text">
        {parts.map(({ kind, text }) =>
          kind === 'text' ? (
            <span key={text}>{text}</span>
          ) : (
            <button
              key={text}
              type="button"
              class="hint-command"
              title="Put this into the composer"
              onClick={() => use(text)}
            >
              {text}
            </button>
          ),
        )}
      </span>
    </li>
  );
}
