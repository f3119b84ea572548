import type { APIChannel } from 'discord-api-types/v10';
import type { RefObject } from 'preact';
import { useEffect } from 'preact/hooks';
import { channelType, isVoiceLike } from '../../model/discord-types.ts';
import { completionListId } from './completion-list.tsx';
import type { CompletionState } from './use-completion.ts';

export interface ComposerInputProps {
  input: RefObject<HTMLTextAreaElement | null>;
  channel: APIChannel;
  completion: CompletionState;
  onEdit: (text: string) => void;
  onSend: () => void;
}

/** The text, which keeps the focus while its keys work the list of suggestions. */
export function ComposerInput({ input, channel, completion, onEdit, onSend }: ComposerInputProps) {
  const { text } = completion;
  useGrowth(input, text);

  function onKeyDown(event: KeyboardEvent): void {
    if (completion.onKeyDown(event)) return;
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    onSend();
  }

  return (
    <textarea
      ref={input}
      id="composer-input"
      rows={1}
      maxLength={8_000}
      value={text}
      placeholder={placeholderOf(channel)}
      aria-label={`Message ${channel.name}, or a command`}
      aria-autocomplete="list"
      aria-haspopup="listbox"
      aria-controls={completionListId}
      aria-activedescendant={completion.activeId}
      aria-describedby="composer-problem"
      autoComplete="off"
      spellcheck={!text.startsWith('/')}
      onInput={(event) => onEdit(event.currentTarget.value)}
      onSelect={completion.onSelect}
      onKeyDown={onKeyDown}
      onBlur={completion.close}
    />
  );
}

function placeholderOf({ type, name }: APIChannel): string {
  if (type === channelType.Forum) return 'Type / for commands';
  return `Message ${isVoiceLike(type) ? '' : '#'}${name}`;
}

function useGrowth(input: RefObject<HTMLTextAreaElement | null>, text: string): void {
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
}
