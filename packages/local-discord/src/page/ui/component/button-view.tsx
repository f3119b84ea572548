import type { APIButtonComponent, APIMessageComponentEmoji } from 'discord-api-types/v10';
import { useContext, useState } from 'preact/hooks';
import { buttonStyle } from '../../model/discord-types.ts';
import { useApp } from '../../state/app-context.ts';
import { Icon } from '../icon.tsx';
import { MessageContext } from './message-context.ts';

const styleClasses: Readonly<Record<number, string>> = {
  [buttonStyle.Primary]: 'button-primary',
  [buttonStyle.Secondary]: 'button-secondary',
  [buttonStyle.Success]: 'button-success',
  [buttonStyle.Danger]: 'button-danger',
};

export function ButtonView({ button }: { button: APIButtonComponent }) {
  const { actions } = useApp();
  const message = useContext(MessageContext);
  const [busy, setBusy] = useState(false);
  if ('url' in button) {
    return (
      <a class="button button-secondary" href={button.url} target="_blank" rel="noreferrer noopener">
        {button.label} <Icon name="external" size={14} />
      </a>
    );
  }
  if (!('custom_id' in button)) return null;
  const label = button.label ?? button.emoji?.name ?? 'Button';
  const press = async () => {
    if (!message || busy) return;
    setBusy(true);
    await actions.click(message.id, button.custom_id, label);
    setBusy(false);
  };
  return (
    <button
      type="button"
      class={`button ${styleClasses[button.style] ?? 'button-secondary'}`}
      disabled={button.disabled ?? false}
      aria-busy={busy}
      aria-label={button.label ? undefined : label}
      onClick={press}
    >
      {button.emoji && <Emoji emoji={button.emoji} />}
      {button.label}
    </button>
  );
}

export function Emoji({ emoji }: { emoji: APIMessageComponentEmoji }) {
  return <span aria-hidden="true">{emoji.id ? `:${emoji.name}:` : emoji.name}</span>;
}
