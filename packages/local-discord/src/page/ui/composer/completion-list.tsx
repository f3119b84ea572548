import { useEffect, useRef } from 'preact/hooks';
import type { GuildState } from '../../../page-api/protocol.ts';
import { memberName } from '../../model/people.ts';
import { Avatar } from '../avatar.tsx';
import type { CompletionState } from './use-completion.ts';

export const completionListId = 'completion-list';

const titles = { none: '', command: 'Commands', option: 'Options', value: 'Values' } as const;

/** Above the composer, used by its arrow keys while the focus stays in the text. */
export function CompletionList({ completion, guild }: { completion: CompletionState; guild: GuildState }) {
  const { open, kind, suggestions, asking, active, accept, currentOption } = completion;
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active, open]);
  const title = currentOption ? currentOption.name : titles[kind];
  return (
    <div class={`completion ${open ? '' : 'completion-closed'}`}>
      {open && (
        <p class="completion-title">
          {title}
          {currentOption && <span class="completion-description">{currentOption.description}</span>}
          {asking && <span class="completion-asking">asking the bot…</span>}
        </p>
      )}
      <p class="hidden" role="status">
        {open && !asking ? `${suggestions.length} suggestions` : ''}
      </p>
      <div
        id={completionListId}
        ref={list}
        role="listbox"
        aria-label={title || 'Suggestions'}
        class="completion-list"
      >
        {open &&
          suggestions.map((suggestion, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys of the composer work this list
            <div
              key={suggestion.insert}
              id={`completion-${index}`}
              role="option"
              aria-selected={index === active}
              tabIndex={-1}
              class="completion-option"
              // The text keeps the focus.
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => accept(suggestion)}
            >
              {suggestion.applicationId && <BotMark guild={guild} id={suggestion.applicationId} />}
              <span class="completion-label">{suggestion.label}</span>
              {suggestion.required && <span class="completion-required">required</span>}
              <span class="completion-detail">{suggestion.detail}</span>
            </div>
          ))}
      </div>
    </div>
  );
}

function BotMark({ guild, id }: { guild: GuildState; id: string }) {
  const member = guild.members.find(({ user }) => user.id === id);
  return <Avatar id={id} name={member ? memberName(member) : 'Bot'} bot size={24} />;
}
