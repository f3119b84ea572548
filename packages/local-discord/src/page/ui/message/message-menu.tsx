import type { APIMessage } from 'discord-api-types/v10';
import { useRef, useState } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { messageCommandsOf } from '../../model/command-paths.ts';
import { userName } from '../../model/people.ts';
import { useApp } from '../../state/app-context.ts';
import { Icon } from '../icon.tsx';
import { useListbox } from '../use-listbox.ts';

interface Entry {
  label: string;
  pick: () => void;
}

/** The bots' commands for one message, and its ids. */
export function MessageMenu({ guild, message }: { guild: GuildState; message: APIMessage }) {
  const entries = useEntries(guild, message);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div class={`message-menu ${open ? 'message-menu-open' : ''}`}>
      <button
        ref={button}
        type="button"
        class="icon-button"
        aria-label="More for this message"
        aria-haspopup="listbox"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" size={18} />
      </button>
      {open && <Entries entries={entries} close={close} />}
    </div>
  );
}

function useEntries({ commands }: GuildState, { id, author }: APIMessage): Entry[] {
  const { actions } = useApp();
  return [
    ...messageCommandsOf(commands).map((name) => ({
      label: name,
      pick: () => void actions.runOnMessage(name, id),
    })),
    { label: 'Copy ID of message', pick: () => void actions.copyId({ what: 'message', id }) },
    {
      label: `Copy ID of ${userName(author)}`,
      pick: () => void actions.copyId({ what: userName(author), id: author.id }),
    },
  ];
}

function Entries({ entries, close }: { entries: Entry[]; close: () => void }) {
  const listbox = useListbox({
    count: entries.length,
    initial: 0,
    onPick(index) {
      entries[index]?.pick();
      close();
    },
    onClose: close,
  });
  return (
    <ul class="popup message-menu-list" {...listbox.props} aria-label="Apps and IDs" ref={listbox.ref}>
      {entries.map(({ label }, index) => (
        <li key={index} class="popup-option" {...listbox.option(index, false)}>
          {label}
        </li>
      ))}
    </ul>
  );
}
