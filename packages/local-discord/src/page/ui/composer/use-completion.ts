import type { RefObject } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { attachmentFilled, openAttachmentOption } from '../../model/attachment-option.ts';
import { commandPathsOf } from '../../model/command-paths.ts';
import { type Completion, commandOf, completionAt, type Suggestion } from '../../model/completion.ts';
import { acceptsOnEnter, moveActive, startingActive } from '../../model/completion-keys.ts';
import { mentionChoicesOf } from './mention-choices-of.ts';
import { type BotSuggestions, useBotSuggestions } from './use-bot-suggestions.ts';
import { useLine } from './use-line.ts';

export type CompletionState = ReturnType<typeof useCompletion>;

export interface CompletionInit {
  guild: GuildState;
  channelId: string;
  input: RefObject<HTMLTextAreaElement | null>;
}

/** The composer's line, and what could come next in it. */
export function useCompletion({ guild, channelId, input }: CompletionInit) {
  const { text, cursor, setText, write, onSelect } = useLine(input);
  const [closedAt, setClosedAt] = useState<string>();
  const [chosen, setChosen] = useState<{ key: string; index: number }>();
  const commands = useMemo(() => commandPathsOf(guild.commands), [guild.commands]);
  const mentions = useMemo(() => mentionChoicesOf(guild), [guild]);

  const completion = completionAt({ text, cursor, commands, mentions });
  const bot = useBotSuggestions(completion, text.slice(0, cursor), channelId);
  const suggestions = suggestionsOf(completion, bot);
  // A new text begins with a fresh choice.
  const key = `${text}|${cursor}|${suggestions.length}`;
  const active = chosen?.key === key ? chosen.index : startingActive(completion, suggestions, text);
  const open = completion.kind !== 'none' && closedAt !== text && (suggestions.length > 0 || bot.asking);
  const command = commandOf(`${text} `, commands);
  const attachmentOption = command && openAttachmentOption(text, command);

  function place(next: string): void {
    setClosedAt(undefined);
    write(next);
  }

  function accept({ insert, start }: Suggestion): void {
    if (completion.kind === 'none') return;
    const rest = text.slice(completion.end);
    const before = text.slice(0, start ?? completion.start) + insert;
    write(before + (insert.endsWith(' ') ? rest.trimStart() : rest), before.length);
  }

  return {
    text,
    setText,
    place,
    accept,
    onKeyDown: (event: KeyboardEvent) =>
      open &&
      pressed(event, {
        active,
        suggestions,
        accept,
        accepts: (suggestion) => acceptsOnEnter(suggestion, completion, text),
        choose: (index) => setChosen({ key, index }),
        close: () => setClosedAt(text),
      }),
    onSelect,
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
    attachmentOption,
    fillAttachment: (fileName: string) =>
      attachmentOption && place(attachmentFilled(text, attachmentOption, fileName)),
  };
}

interface OpenList {
  active: number;
  suggestions: readonly Suggestion[];
  accept: (suggestion: Suggestion) => void;
  /** By Enter, which also sends. */
  accepts: (suggestion: Suggestion) => boolean;
  choose: (index: number) => void;
  close: () => void;
}

/** Whether the key was for the list. */
function pressed(event: KeyboardEvent, list: OpenList): boolean {
  if (event.isComposing || !isTaken(event, list)) return false;
  event.preventDefault();
  event.stopPropagation();
  return true;
}

function isTaken({ key, shiftKey }: KeyboardEvent, list: OpenList): boolean {
  const { active, suggestions } = list;
  const moved = moveActive(key, active, suggestions.length);
  const suggestion = suggestions[active] ?? (key === 'Tab' ? suggestions[0] : undefined);
  if (moved !== undefined) list.choose(moved);
  else if (key === 'Escape') list.close();
  else if (!suggestion || shiftKey) return false;
  else if (key === 'Tab' || (key === 'Enter' && list.accepts(suggestion))) list.accept(suggestion);
  else return false;
  return true;
}

function suggestionsOf(completion: Completion, bot: BotSuggestions): Suggestion[] {
  if (completion.kind === 'none') return [];
  return completion.kind === 'value' && completion.fromBot
    ? [...bot.suggestions, ...completion.suggestions]
    : completion.suggestions;
}
