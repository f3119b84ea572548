import { useEffect, useRef, useState } from 'preact/hooks';
import type { Panel } from '../panel.ts';
import { useAppState } from '../state/app-context.ts';
import type { LoadedPanel } from '../state/app-state.ts';
import { read, write } from '../state/saved-choices.ts';
import { Icon } from './icon.tsx';

const storageKey = 'playground-panels-closed';

export interface PanelChoices {
  isOpen(name: string): boolean;
  setOpen(name: string, open: boolean): void;
}

/** Each panel is open at the first visit, and then as it was left. */
export function usePanelChoices(): PanelChoices {
  const [closed, setClosed] = useState<readonly string[]>(() => read<string[]>(storageKey) ?? []);
  useEffect(() => write(storageKey, closed), [closed]);
  return {
    isOpen: (name) => !closed.includes(name),
    setOpen: (name, open) =>
      setClosed((before) => [...before.filter((each) => each !== name), ...(open ? [] : [name])]),
  };
}

export function PanelButtons({ choices }: { choices: PanelChoices }) {
  const panels = useAppState((state) => state.panels);
  return panels.map(({ name, panel }) => {
    if (!panel) return null;
    const open = choices.isOpen(name);
    return (
      <button
        key={name}
        type="button"
        class="quiet-button"
        aria-expanded={open}
        aria-controls={open ? `panel-${name}` : undefined}
        onClick={() => choices.setOpen(name, !open)}
      >
        <Icon name="bulb" size={18} />
        <span class="quiet-label">{panel.title}</span>
      </button>
    );
  });
}

export function HostPanels({ choices }: { choices: PanelChoices }) {
  const panels = useAppState((state) => state.panels);
  return panels.map((loaded) =>
    loaded.panel ? (
      choices.isOpen(loaded.name) && (
        <PanelFrame
          key={loaded.name}
          name={loaded.name}
          panel={loaded.panel}
          close={() => choices.setOpen(loaded.name, false)}
        />
      )
    ) : (
      <PanelProblem key={loaded.name} loaded={loaded} />
    ),
  );
}

function PanelFrame({ name, panel, close }: { name: string; panel: Panel; close: () => void }) {
  const body = useRef<HTMLDivElement>(null);
  useEffect(() => (body.current ? panel.mount(body.current) : undefined), [panel]);
  return (
    <section class="host-panel" id={`panel-${name}`} aria-labelledby={`panel-${name}-title`}>
      <div class="host-panel-head">
        <h3 id={`panel-${name}-title`}>{panel.title}</h3>
        <button type="button" class="icon-button" aria-label={`Close “${panel.title}”`} onClick={close}>
          <Icon name="close" size={16} />
        </button>
      </div>
      <div ref={body} />
    </section>
  );
}

function PanelProblem({ loaded: { name, problem } }: { loaded: LoadedPanel }) {
  return (
    <p class="host-panel" role="alert">
      The panel “{name}” could not be loaded: {problem}. Build it and reload the page.
    </p>
  );
}
