import type { APISelectMenuComponent } from 'discord-api-types/v10';
import { useContext, useState } from 'preact/hooks';
import { selectChoices, selectDefaults } from '../../model/select-choices.ts';
import { useApp, useAppState } from '../../state/app-context.ts';
import { openGuild } from '../../state/selectors.ts';
import { MessageContext } from './message-context.ts';
import { SelectMenu } from './select-menu.tsx';

/** A select of a message: choosing sends at once. */
export function MessageSelect({ select }: { select: APISelectMenuComponent }) {
  const { actions } = useApp();
  const message = useContext(MessageContext);
  const guild = useAppState(openGuild);
  const [picked, setPicked] = useState({ customId: '', values: [''] });
  if (!guild) return null;
  // What an edit puts in its place is another select, and nothing is chosen there yet.
  const chosen = picked.customId === select.custom_id ? picked.values : selectDefaults(select);
  const label = select.placeholder ?? 'Make a selection';
  return (
    <SelectMenu
      label={label}
      choices={selectChoices(select, guild)}
      chosen={chosen}
      min={select.min_values ?? 1}
      max={select.max_values ?? 1}
      disabled={select.disabled ?? false}
      onChoose={(values) => {
        setPicked({ customId: select.custom_id, values });
        if (message) void actions.select(message.id, select.custom_id, values, label);
      }}
    />
  );
}
