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
  const [chosen, setChosen] = useState(() => selectDefaults(select));
  if (!guild) return null;
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
        setChosen(values);
        if (message) void actions.select(message.id, select.custom_id, values, label);
      }}
    />
  );
}
