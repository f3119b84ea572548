import { type APIMessage, ComponentType } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { relayStart } from '#contracts/actions/relay.ts';
import type { Command, CommandInput } from '#contracts/command.ts';
import { defineErrors } from '#core/errors.ts';
import { optionPicked } from '#discord/interactions/command-runner.ts';
import { lackingOption, pickOf } from '#discord/interactions/lacking-option.ts';
import { seen } from './support/answers.ts';
import { walk } from './support/components.ts';
import { Door } from './support/door.ts';
import { channels } from './support/seed.ts';

const { AUDIO_UNKNOWN_BROADCAST, TEST_OTHER, ACTION_INPUT_INVALID } = defineErrors({
  AUDIO_UNKNOWN_BROADCAST: { kind: 'user', message: () => 'It is gone.', next: () => 'Choose.' },
  TEST_OTHER: { kind: 'user', message: () => 'No.', next: () => 'Stop.' },
  ACTION_INPUT_INVALID: {
    kind: 'user',
    message: (_: { faults: { path: string[] }[] }) => 'That can’t be used.',
    next: () => 'Correct it.',
  },
});
const relay = commandOf('relay');
const start = { subcommand: 'start' };

function commandOf(name: string): Command {
  const found = commands.find(({ definition }) => definition.name === name);
  if (!found) throw new Error(name);
  return found;
}

describe('the option that is lacking', () => {
  test.each<[string, unknown, Command, Pick<CommandInput, 'subcommand'>, string | undefined]>([
    ['names nothing', AUDIO_UNKNOWN_BROADCAST(), relay, start, 'broadcast'],
    ['is no option of this form', AUDIO_UNKNOWN_BROADCAST(), relay, { subcommand: 'status' }, undefined],
    ['is another matter', TEST_OTHER(), relay, start, undefined],
    ['is no error of ours', new Error('x'), relay, start, undefined],
    ['has choices', ACTION_INPUT_INVALID({ faults: [{ path: ['mode'] }] }), relay, start, 'mode'],
    [
      'is one of two',
      ACTION_INPUT_INVALID({ faults: [{ path: ['mode'] }, { path: ['x'] }] }),
      relay,
      start,
      undefined,
    ],
    [
      'is typed freely',
      ACTION_INPUT_INVALID({ faults: [{ path: ['title'] }] }),
      commandOf('broadcast'),
      start,
      undefined,
    ],
  ])('%s', (_, error, command, typed, name) => {
    expect(lackingOption(error, command, typed)?.name).toBe(name);
  });

  test('is offered as a select of at most 25, without what a select can’t hold', () => {
    const option = lackingOption(AUDIO_UNKNOWN_BROADCAST(), relay, start);
    if (!option) throw new Error('none');
    const suggested = Array.from({ length: 30 }, (_, index) => ({ name: `n${index}`, value: `v${index}` }));
    const pick = pickOf(option, 'id', [{ name: 'long', value: 'x'.repeat(101) }, ...suggested]);
    expect(pick).toMatchObject({ type: ComponentType.StringSelect, custom_id: 'id' });
    expect(pick && 'options' in pick ? pick.options?.length : 0).toBe(25);
    expect(pickOf(option, 'id', [])).toBeUndefined();
  });
});

describe('a refused command', () => {
  let door: Door;
  beforeAll(async () => {
    door = await Door.open();
  });
  afterAll(() => door.close());
  beforeEach(() => door.clock.skip(60_000));

  test('that lacks a channel is answered with a picker, and a pick runs it', async () => {
    const publisher = door.as('publisher');
    const refused = await seen(await publisher.run('/relay start broadcast:xyz@South'));
    expect(refused.text).toContain('DISCORD_NO_VOICE_CHANNEL');
    expect(walk(refused.message.components ?? [])).toContainEqual(
      expect.objectContaining({ type: ComponentType.ChannelSelect, channel_types: [2, 13] }),
    );
    const id = pickIn(refused.message);
    door.services.runs.splice(0);
    await seen(await publisher.select(refused.message.id, id, [channels.lounge]));
    expect(door.services.runs).toContainEqual(
      expect.objectContaining({
        action: relayStart.name,
        input: expect.objectContaining({ channelId: channels.lounge, broadcast: 'xyz@South' }),
      }),
    );
  });

  test('that names nothing is answered with what there is, as it is suggested while typing', async () => {
    door.services.answers[relayStart.name] = () => {
      throw AUDIO_UNKNOWN_BROADCAST();
    };
    const publisher = door.as('publisher');
    const refused = await seen(await publisher.run('/relay start broadcast:gone channel:#Lounge'));
    const select = walk(refused.message.components ?? []).find(
      (each) => 'custom_id' in each && each.custom_id === pickIn(refused.message),
    );
    const suggested = await publisher.autocomplete('/relay start broadcast:');
    expect(suggested.length).toBeGreaterThan(0);
    expect(select).toMatchObject({ options: suggested.map(({ value }) => ({ value })) });
  });
});

/** The custom id of the select below an error. */
function pickIn({ components = [] }: APIMessage): string {
  const ids = walk(components).flatMap((each) => ('custom_id' in each ? [String(each.custom_id)] : []));
  const [id] = ids.filter((each) => each.includes(optionPicked));
  if (id === undefined) throw new Error('nothing can be picked');
  return id;
}
