import type { RefObject } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { commandPathsOf } from '../../model/command-paths.ts';
import { commandOf, completionAt, filledOptions, type Suggestion } from '../../model/completion.ts';
import { acceptsOnEnter, moveActive, startingActive } from '../../model/completion-keys.ts';
import { optionType } from '../../model/discord-types.ts';
import { mentionChoicesOf } from './mention-choices-of.ts';
import { useBotSuggestions } from './use-bot-suggestions.ts';

export type CompletionState = ReturnType<typeof useCompletion>;

export interface CompletionInit {
  guild: GuildState;
  channelId: string;
  input: RefObject<HTMLTextAreaElement | null>;
}

/** The composer's text with its cursor, and what could come next. */
export function useCompletion({ guild, channelId, input }: CompletionInit) {
  const [{ text, cursor }, setLine] = useState({ text: '', cursor: 0 });
  const [closedAt, setClosedAt] = useState<string>();
  const [chosen, setChosen] = useState<{ key: string; index: number }>();
  const cursorToSet = useRef<number | undefined>(undefined);
  const commands = useMemo(() => commandPathsOf(guild.commands), [guild.commands]);
  const mentions = useMemo(() => mentionChoicesOf(guild), [guild]);

  const completion = completionAt({ text, cursor, commands, mentions });
  const bot = useBotSuggestions(completion, text.slice(0, cursor), channelId);
  const suggestions: Suggestion[] =
    completion.kind === 'none'
      ? []
      : completion.kind === 'value' && completion.fromBot
        ? bot.suggestions
        : completion.suggestions;

  // A new text begins with a fresh choice.
  const key = `${text}|${cursor}|${suggestions.length}`;
  const active = chosen?.key === key ? chosen.index : startingActive(completion, suggestions, text);
  const open = completion.kind !== 'none' && closedAt !== text && (suggestions.length > 0 || bot.asking);

  useLayoutEffect(() => {
    if (cursorToSet.current === undefined) return;
    input.current?.setSelectionRange(cursorToSet.current, cursorToSet.current);
    cursorToSet.current = undefined;
  });

  function setText(next: string, nextCursor = input.current?.selectionStart ?? next.length): void {
    setLine({ text: next, cursor: Math.min(nextCursor, next.length) });
  }

  /** Replaces the whole line and goes on typing there. */
  function place(next: string): void {
    cursorToSet.current = next.length;
    setClosedAt(undefined);
    setText(next, next.length);
    input.current?.focus();
  }

  function accept(suggestion: Suggestion): void {
    if (completion.kind === 'none') return;
    const { start, end } = completion;
    const at = start + suggestion.insert.length;
    cursorToSet.current = at;
    const rest = text.slice(end);
    setText(
      text.slice(0, start) + suggestion.insert + (suggestion.insert.endsWith(' ') ? rest.trimStart() : rest),
      at,
    );
    input.current?.focus();
  }

  /** Whether the key was for the list. */
  function onKeyDown(event: KeyboardEvent): boolean {
    if (!open || event.isComposing) return false;
    const moved = moveActive(event.key, active, suggestions.length);
    const suggestion = suggestions[active] ?? (event.key === 'Tab' ? suggestions[0] : undefined);
    if (moved !== undefined) setChosen({ key, index: moved });
    else if (event.key === 'Escape') setClosedAt(text);
    else if (event.key === 'Tab' && !event.shiftKey && suggestion) accept(suggestion);
    else if (
      event.key === 'Enter' &&
      !event.shiftKey &&
      suggestion &&
      acceptsOnEnter(suggestion, completion, text)
    )
      accept(suggestion);
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  const command = commandOf(`${text} `, commands);
  return {
    text,
    setText,
    place,
    accept,
    onKeyDown,
    onSelect: () => setLine((line) => ({ ...line, cursor: input.current?.selectionStart ?? line.cursor })),
    close: () => setClosedAt(text),
    kind: completion.kind,
    suggestions,
    asking: bot.asking,
    active,
    activeId: open && suggestions[active] ? `completion-${active}` : undefined,
    open,
    commands,
    command,
    currentOption: completion.kind === 'value' ? completion.option : undefined,
    attachmentOption: command && openAttachmentOption(text, command),
    fillAttachment(fileName: string) {
      const option = command && openAttachmentOption(text, command);
      if (!option) return;
      const without = text.replace(new RegExp(`\\s*\\b${option}:\\S*`), '').trimEnd();
      place(`${without} ${option}:${fileName.replaceAll(/\s+/g, '_')} `);
    },
  };
}

function openAttachmentOption(
  text: string,
  command: NonNullable<ReturnType<typeof commandOf>>,
): string | undefined {
  const filled = filledOptions(text, command);
  return command.options.find(({ type, name }) => type === optionType.Attachment && !filled.has(name))?.name;
}
