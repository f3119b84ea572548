import type { Command } from '#contracts/command.ts';
import { slashCommand } from '../definition.ts';
import { declaredControls } from '../publish/declared-controls.ts';
import { declaredPlaces } from '../publish/place-forms.ts';

export const setup: Command = {
  definition: slashCommand('setup', 'Set the bot up in this server, step by step'),
  replyMode: 'ephemeral',
  controls: {
    // The hello's button is for everybody: its action decides.
    open: 'reply',
    overview: 'update',
    who: 'update',
    role: 'update',
    everyone: 'update',
    decide: 'update',
    sound: 'update',
    channel: 'update',
    chime: 'update',
    unheard: 'update',
    neighbours: 'update',
    connect: 'update',
    allow: 'update',
    confirm: 'update',
    times: 'update',
    zone: 'update',
    'type-zone': 'form',
    notices: 'update',
    'no-notices': 'update',
    members: 'update',
    post: 'update',
    ...declaredControls.controls,
    ...declaredPlaces.controls,
  },
  forms: { zone: 'update', ...declaredControls.forms, ...declaredPlaces.forms },
  panels: ['hello', 'members', ...declaredControls.panels, ...declaredPlaces.panels],
  load: async () => (await import('./run.ts')).code,
};
