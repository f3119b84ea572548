import { useEffect, useId, useRef, useState } from 'preact/hooks';

export interface ListboxInit {
  count: number;
  /** Whether several options may be chosen. */
  several?: boolean;
  /** The option that is active when the list opens; −1 means the first. */
  initial: number;
  onPick: (index: number) => void;
  onClose: () => void;
}

/**
 * A list that takes the focus when it opens and is used by arrows, Home, End, Enter, Space and Escape.
 * Leaving it closes it.
 */
export function useListbox({ count, several = false, initial, onPick, onClose }: ListboxInit) {
  const id = useId();
  const ref = useRef<HTMLUListElement | null>(null);
  const [active, setActive] = useState(Math.max(0, initial));

  useEffect(() => {
    ref.current?.querySelector('[data-active=true]')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  function onKeyDown(event: KeyboardEvent): void {
    const targets: Record<string, number> = {
      ArrowDown: (active + 1) % count,
      ArrowUp: (active - 1 + count) % count,
      Home: 0,
      End: count - 1,
    };
    const target = targets[event.key];
    if (target !== undefined) setActive(target);
    else if (event.key === 'Enter' || event.key === ' ') onPick(active);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return {
    ref: (element: HTMLUListElement | null) => {
      const opened = element !== null && ref.current === null;
      ref.current = element;
      if (opened) {
        element.focus();
        element.scrollIntoView({ block: 'nearest' });
      }
    },
    props: {
      role: 'listbox' as const,
      'aria-multiselectable': several,
      tabIndex: 0,
      'aria-activedescendant': `${id}-${active}`,
      onKeyDown,
      onFocusOut(event: FocusEvent) {
        const { currentTarget: list, relatedTarget: next } = event;
        const staysInside = list instanceof Node && next instanceof Node && list.contains(next);
        if (!staysInside) onClose();
      },
    },
    option: (index: number, selected: boolean) => ({
      id: `${id}-${index}`,
      role: 'option' as const,
      'aria-selected': selected,
      'data-active': index === active,
      onPointerMove: () => setActive(index),
      // Before the list loses the focus.
      onPointerDown: (event: PointerEvent) => event.preventDefault(),
      onClick: () => onPick(index),
    }),
  };
}
