import type { APIChannel } from 'discord-api-types/v10';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { commandOf, missingOptions } from '../../model/completion.ts';
import { channelType, isVoiceLike } from '../../model/discord-types.ts';
import { useApp, useAppState } from '../../state/app-context.ts';
import { Icon } from '../icon.tsx';
import { AttachedFiles } from './attached-files.tsx';
import { CompletionList, completionListId } from './completion-list.tsx';
import { OptionStrip } from './option-strip.tsx';
import { sentFiles } from './sent-files.ts';
import { useCompletion } from './use-completion.ts';

export function Composer({ guild, channel }: { guild: GuildState; channel: APIChannel }) {
  const { actions } = useApp();
  const [problem, setProblem] = useState<string>();
  const [files, setFiles] = useState<File[]>([]);
  const input = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion({ guild, channelId: channel.id, input });
  const { text, setText, commands } = completion;
  useDraft(completion.place);
  useGrowth(input, text);

  async function send(): Promise<void> {
    const typed = text.trim();
    if (typed === '') return;
    const command = commandOf(`${typed} `, commands);
    const missing = command ? missingOptions(typed, command) : [];
    if (typed.startsWith('/') && !command) setProblem('No bot here has this command.');
    else if (missing.length > 0) setProblem(`Still needed: ${missing.join(', ')}`);
    else {
      const attached = await sentFiles(files);
      if (typeof attached === 'string') {
        setProblem(attached);
        return;
      }
      setProblem(undefined);
      setText('');
      setFiles([]);
      void (command ? actions.run(typed, attached) : actions.say(typed));
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (completion.onKeyDown(event)) return;
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      void send();
    }
  }

  const forum = channel.type === channelType.Forum;
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <CompletionList completion={completion} guild={guild} />
      <OptionStrip completion={completion} />
      <AttachedFiles files={files} remove={(file) => setFiles(files.filter((each) => each !== file))} />
      <div class="composer-box">
        <button
          type="button"
          class="icon-button"
          aria-label="List the commands"
          title="List the commands"
          onClick={() => completion.place('/')}
        >
          <Icon name="slash" />
        </button>
        <textarea
          ref={input}
          id="composer-input"
          rows={1}
          maxLength={8_000}
          value={text}
          placeholder={
            forum ? 'Type / for commands' : `Message ${isVoiceLike(channel.type) ? '' : '#'}${channel.name}`
          }
          aria-label={`Message ${channel.name}, or a command`}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={completionListId}
          aria-activedescendant={completion.activeId}
          aria-describedby="composer-problem"
          autoComplete="off"
          spellcheck={!text.startsWith('/')}
          onInput={(event) => {
            setProblem(undefined);
            setText(event.currentTarget.value);
          }}
          onSelect={completion.onSelect}
          onKeyDown={onKeyDown}
          onBlur={completion.close}
        />
        {completion.attachmentOption && (
          <FileButton
            option={completion.attachmentOption}
            onFile={(file) => {
              setFiles([...files, file]);
              completion.fillAttachment(file.name);
            }}
          />
        )}
        <button type="submit" class="icon-button send-button" aria-label="Send" disabled={text.trim() === ''}>
          <Icon name="send" />
        </button>
      </div>
      <p class="composer-problem" id="composer-problem" role="alert">
        {problem}
      </p>
    </form>
  );
}

function FileButton({ option, onFile }: { option: string; onFile: (file: File) => void }) {
  return (
    <label class="file-button" title={`Choose a file for ${option}`}>
      <Icon name="plus" />
      <span class="hidden">Choose a file for {option}</span>
      <input
        type="file"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) onFile(file);
        }}
      />
    </label>
  );
}

/** What a hint asks to be typed. */
function useDraft(place: (text: string) => void): void {
  const draft = useAppState((state) => state.draft);
  const { store } = useApp();
  useEffect(() => {
    if (draft.text === '') return;
    place(draft.text);
    store.update(() => ({ draft: { text: '', serial: draft.serial } }));
  }, [draft.serial]);
}

function useGrowth(input: { current: HTMLTextAreaElement | null }, text: string): void {
  useEffect(() => {
    const element = input.current;
    if (!element) return;
    element.style.height = 'auto';
    element.style.height = `${element.scrollHeight}px`;
  }, [text]);
}
