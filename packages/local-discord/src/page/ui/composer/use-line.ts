import type { RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** The composer's text and where its cursor is. */
export function useLine(input: RefObject<HTMLTextAreaElement | null>) {
  const [{ text, cursor }, setLine] = useState({ text: '', cursor: 0 });
  const cursorToSet = useRef<number | undefined>(undefined);

  // The element gets its new text first.
  useLayoutEffect(() => {
    if (cursorToSet.current === undefined) return;
    input.current?.setSelectionRange(cursorToSet.current, cursorToSet.current);
    cursorToSet.current = undefined;
  });

  return {
    text,
    cursor,
    /** As the person typed it: the element knows where the cursor is. */
    setText(next: string): void {
      setLine({ text: next, cursor: Math.min(input.current?.selectionStart ?? next.length, next.length) });
    },
    /** Changes the text for the person, who goes on typing at `at`. */
    write(next: string, at = next.length): void {
      cursorToSet.current = at;
      setLine({ text: next, cursor: at });
      input.current?.focus();
    },
    onSelect(): void {
      setLine((line) => ({ ...line, cursor: input.current?.selectionStart ?? line.cursor }));
    },
  };
}
