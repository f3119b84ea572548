import type { APIMessage } from 'discord-api-types/v10';
import { useRef, useState } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { messageCommandsOf } from '../../model/command-paths.ts';
import { useApp } from '../../state/app-context.ts';
import { Icon } from '../icon.tsx';
import { useListbox } from '../use-listbox.ts';

/** The bots' commands for one message. */
export function MessageMenu({ guild, message }: { guild: GuildState; message: APIMessage }) {
  const names = messageCommandsOf(guild.commands);
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  if (names.length === 0) return null;
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
        aria-label="Apps for this message"
        aria-haspopup="listbox"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
      >
        <Icon name="more" size={18} />
      </button>
      {open && <Names names={names} messageId={message.id} close={close} />}
    </div>
  );
}

function Names({ names, messageId, close }: { names: string[]; messageId: string; close: () => void }) {
  const { actions } = useApp();
  const listbox = useListbox({
    count: names.length,
    initial: 0,
    onPick(index) {
      const name = names[index];
      if (name) void actions.runOnMessage(name, messageId);
      close();
    },
    onClose: close,
  });
  return (
    <ul class="popup message-menu-list" {...listbox.props} aria-label="Apps" ref={listbox.ref}>
      {names.map((name, index) => (
        <li key={name} class="popup-option" {...listbox.option(index, false)}>
          {name}
        </li>
      ))}
    </ul>
  );
}
