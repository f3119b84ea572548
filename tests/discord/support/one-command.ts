import { type APIInteraction, InteractionType } from 'discord-api-types/v10';
import type { Command } from '#contracts/command.ts';
import { systemChance } from '#core/clock.ts';
import { silentLogger } from '#core/logger.ts';
import { Sender } from '#discord/client/sender.ts';
import { CustomIdCodec } from '#discord/interactions/custom-id.ts';
import { Drafts } from '#discord/interactions/drafts.ts';
import { OpenForms } from '#discord/interactions/open-forms.ts';
import { Router } from '#discord/interactions/router.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { homeEverywhere, hostingOf } from '../../support/standings.ts';
import { Services } from './services.ts';

/** The router with one command, in time that stands still; `bodies` is everything sent to Discord. */
export function oneCommand(command: Command) {
  const bodies: unknown[] = [];
  const keep = async (_: string, { body }: { body?: unknown } = {}) => bodies.push(body);
  const rest = { post: keep, patch: keep, delete: keep };
  const chance = systemChance();
  const clock = new FakeClock();
  const codec = new CustomIdCodec({ chance }, { key: chance.bytes(32) });
  const facts = { guild: () => ({ name: 'G', ownerId: 'o' }), memberVoiceChannelId: () => undefined };
  const { perform } = new Services();
  const router = new Router({
    commands: [command],
    perform: () => perform,
    codec: () => codec,
    mention: (_, words) => `/${words}`,
    sender: new Sender({ rest: rest as never }),
    facts,
    hosting: hostingOf(homeEverywhere),
    drafts: new Drafts({ store: new Map() as never, chance }),
    forms: new OpenForms({
      drafts: new Drafts({ store: new Map() as never, chance }),
      logger: silentLogger(),
    }),
    clock,
    chance,
    logger: silentLogger(),
  });
  const { name } = command.definition;
  const typed = (id: number, userId = id) =>
    interaction(id, userId, InteractionType.ApplicationCommand, { id: '1', type: 1, name });
  /** A button of an answer of the command. */
  const pressed = (id: number, control: string) => {
    const binding = { userId: `u${id}`, originId: '1' };
    const data = {
      custom_id: codec.encode(name, control, '', binding, clock.nowMs()),
      component_type: 2,
    };
    return interaction(id, id, InteractionType.MessageComponent, data);
  };
  return { router, bodies, clock, typed, pressed };
}

function interaction(id: number, userId: number, type: InteractionType, data: object): APIInteraction {
  const member = { user: { id: `u${userId}`, username: 'x' }, roles: [], permissions: '0' };
  const base = { id: String(id), token: 't', application_id: 'a', guild_id: 'g', channel: { id: 'c' } };
  return { ...base, type, member, data, message: { interaction_metadata: { id: '1' } } } as never;
}
