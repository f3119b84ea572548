import { useEffect, useRef } from 'preact/hooks';
import { useApp, useAppState } from '../state/app-context.ts';
import type { IdEntry, OpenIdMenu } from '../state/id-menu.ts';
import { useListbox } from './use-listbox.ts';

/** Long enough to read an id. */
const noteMs = 6_000;

/** For an element with a menu of ids: by a right click, a long press or the menu key. */
export function useIdMenu(entries: readonly IdEntry[]) {
  const { actions } = useApp();
  return {
    onContextMenu(event: MouseEvent): void {
      event.preventDefault();
      event.stopPropagation();
      actions.openIdMenu({ ...placeOf(event), entries });
    },
  };
}

/** A key has no place of its own: then it is where the element is. */
function placeOf({ clientX, clientY, currentTarget }: MouseEvent): { x: number; y: number } {
  if (clientX === 0 && clientY === 0 && currentTarget instanceof Element) {
    const { left, bottom } = currentTarget.getBoundingClientRect();
    return { x: left, y: bottom };
  }
  return { x: clientX, y: clientY };
}

export function IdMenu() {
  const menu = useAppState(({ idMenu }) => idMenu);
  return (
    <>
      {menu && <Entries key={`${menu.x} ${menu.y}`} menu={menu} />}
      <Note />
    </>
  );
}

function Entries({ menu: { x, y, entries } }: { menu: OpenIdMenu }) {
  const { actions } = useApp();
  const openedFrom = useRef(document.activeElement);
  const close = () => {
    actions.closeIdMenu();
    if (openedFrom.current instanceof HTMLElement) openedFrom.current.focus();
  };
  const listbox = useListbox({
    count: entries.length,
    initial: 0,
    onPick(index) {
      const entry = entries[index];
      close();
      if (entry) void actions.copyId(entry);
    },
    onClose: close,
  });
  // Never over the edge of a narrow screen.
  const style = {
    left: `min(${x}px, calc(100vw - 200px))`,
    top: `min(${y}px, calc(100vh - ${44 * entries.length}px))`,
  };
  return (
    <ul class="popup id-menu" style={style} {...listbox.props} aria-label="IDs" ref={listbox.ref}>
      {entries.map(({ what, id }, index) => (
        <li key={id} class="popup-option" {...listbox.option(index, false)}>
          Copy ID of {what}
        </li>
      ))}
    </ul>
  );
}

function Note() {
  const { actions } = useApp();
  const note = useAppState((state) => state.note);
  useEffect(() => {
    if (!note) return;
    const timer = setTimeout(actions.closeNote, noteMs);
    return () => clearTimeout(timer);
  }, [note]);
  return note ? (
    <p class="toast toast-quiet" role="status">
      {note.text}
    </p>
  ) : null;
}
