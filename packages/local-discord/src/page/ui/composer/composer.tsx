import type { APIChannel } from 'discord-api-types/v10';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { closestCommand } from '../../model/closest-command.ts';
import { commandOf, missingOptions } from '../../model/completion.ts';
import { useApp, useAppState } from '../../state/app-context.ts';
import { Icon } from '../icon.tsx';
import { sentFiles } from '../sent-files.ts';
import { AttachedFiles } from './attached-files.tsx';
import { CompletionList } from './completion-list.tsx';
import { ComposerInput } from './composer-input.tsx';
import { FileButton } from './file-button.tsx';
import { OptionStrip } from './option-strip.tsx';
import { type CompletionState, useCompletion } from './use-completion.ts';

export function Composer({ guild, channel }: { guild: GuildState; channel: APIChannel }) {
  const input = useRef<HTMLTextAreaElement>(null);
  const completion = useCompletion({ guild, channelId: channel.id, input });
  const { problem, setProblem, files, setFiles, send } = useSending(completion);
  useDraft(completion.place);
  const use = (line: string) => {
    setProblem(undefined);
    completion.place(line);
  };
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
        <ComposerInput
          input={input}
          channel={channel}
          completion={completion}
          onEdit={(text) => {
            setProblem(undefined);
            completion.setText(text);
          }}
          onSend={() => void send()}
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
        <button
          type="submit"
          class="icon-button send-button"
          aria-label="Send"
          disabled={completion.text.trim() === ''}
        >
          <Icon name="send" />
        </button>
      </div>
      <p class="composer-problem" id="composer-problem" role="alert">
        {problem?.text}
        {problem?.meant && (
          <>
            {' Did you mean '}
            <button type="button" class="text-button" onClick={() => use(problem.meant ?? '')}>
              {problem.meant}
            </button>
            ?
          </>
        )}
      </p>
    </form>
  );
}

interface Problem {
  text: string;
  /** The line that was probably meant. */
  meant?: string | undefined;
}

/** Sends what is typed with its files, or says what is in the way. */
function useSending({ text, setText, commands }: CompletionState) {
  const { actions } = useApp();
  const [problem, setProblem] = useState<Problem>();
  const [files, setFiles] = useState<File[]>([]);

  async function send(): Promise<void> {
    const typed = text.trim();
    if (typed === '') return;
    const command = commandOf(`${typed} `, commands);
    const missing = command ? missingOptions(typed, command) : [];
    if (typed.startsWith('/') && !command)
      return setProblem({ text: 'No bot here has this command.', meant: closestCommand(typed, commands) });
    if (missing.length > 0) return setProblem({ text: `Still needed: ${missing.join(', ')}` });
    const attached = await sentFiles(files);
    if (typeof attached === 'string') return setProblem({ text: attached });
    setProblem(undefined);
    setText('');
    setFiles([]);
    void (command ? actions.run(typed, attached) : actions.say(typed));
  }

  return { problem, setProblem, files, setFiles, send };
}

/** What a panel asks to be typed. */
function useDraft(place: (text: string) => void): void {
  const draft = useAppState((state) => state.draft);
  const { store } = useApp();
  useEffect(() => {
    if (!draft) return;
    place(draft.text);
    store.update(() => ({ draft: undefined }));
  }, [draft]);
}
