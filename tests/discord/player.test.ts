import { type APIMessage, ComponentType } from 'discord-api-types/v10';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { playerPlay, playerSkip } from '#contracts/actions/player.ts';
import { seen } from './support/answers.ts';
import { customIdsOf, walk } from './support/components.ts';
import { Door } from './support/door.ts';
import { PlayerFake } from './support/player.ts';
import { channels, discordRoles, type Person } from './support/seed.ts';

let door: Door;
const messages = new Map<string, APIMessage>();
beforeAll(async () => {
  door = await Door.open();
  door.services.player.nowMs = () => door.clock.nowMs();
  door.playground.subscribe((event) => {
    if ('message' in event) messages.set(event.message.id, structuredClone(event.message));
  });
});
afterAll(() => door.close());
beforeEach(() => {
  door.clock.skip(120_000);
  // The answers hold the fake: it begins again.
  const { items, over, played, communities } = new PlayerFake();
  Object.assign(door.services.player, { items, over, played, communities });
});

async function play(typed: string, person: Person = 'member', channelId: string = channels.general) {
  door.clock.skip(20_000);
  return seen(await door.as(person).run(typed, { channelId }));
}

/** The card of a player with one song, the only one now. */
async function card() {
  door.services.player.add('Evening Song');
  return play('/nowplaying');
}

function textOf(message: APIMessage | undefined): string {
  return walk(message?.components ?? [])
    .flatMap((component) => ('content' in component ? [String(component.content)] : []))
    .join('\n');
}

/** The control of a name, as the message shows it now. */
function control(message: APIMessage, name: string): string {
  const id = customIdsOf(messages.get(message.id) ?? message)[name];
  if (id === undefined) throw new Error(`the message has no ${name}: ${textOf(message)}`);
  return id;
}

async function press(message: APIMessage, name: string, person: Person = 'member') {
  door.clock.skip(20_000);
  return seen(await door.as(person).click(message.id, control(message, name)));
}

async function pick(message: APIMessage, name: string, value: string, person: Person = 'member') {
  door.clock.skip(20_000);
  return seen(await door.as(person).select(message.id, control(message, name), [value]));
}

const now = (message: APIMessage) => textOf(messages.get(message.id));

describe('/play', () => {
  test('shows the card with its cover; said again there, it is one line, and the card changes', async () => {
    const card = await play('/play what:"Evening Song"');
    expect(card.text).toContain('Playing · Evening Song');
    expect(card.message.attachments[0]).toMatchObject({ filename: 'cover.png', content_type: 'image/png' });
    const added = await play('/play what:"Second Song" when:next');
    expect(added.text).toContain('It is number 1 in the queue.');
    expect(added.text).not.toContain('Playing ·');
    await expect.poll(() => now(card.message), { timeout: 15_000 }).toContain('next: Second Song');
    expect(door.services.runs.findLast(({ action }) => action === playerPlay.name)?.input).toMatchObject({
      ...{ what: 'Second Song', when: 'next', files: [] },
    });
  });

  test('said in another channel, takes the card along: the earlier one is a line', async () => {
    const first = await play('/play what:"Evening Song"');
    const second = await play('/nowplaying', 'member', channels.lounge);
    expect(second.text).toContain('Playing · Evening Song');
    await expect.poll(() => now(first.message)).toMatch(/^-# The card .* has moved; <\/nowplaying:\d+>/);
    expect(messages.get(first.message.id)?.attachments).toEqual([]);
    door.services.player.items.shift();
    door.services.player.add('Third Song');
    door.services.player.changed();
    await expect.poll(() => now(second.message), { timeout: 15_000 }).toContain('Third Song');
  });

  test('takes a file, and completes what is typed', async () => {
    const bytes = new TextEncoder().encode('OggS');
    const answer = await door.as('member').run('/play file:song.ogg', {
      ...{ channelId: channels.general, attachments: [{ name: 'song.ogg', bytes }] },
    });
    expect((await seen(answer)).text).toContain('song.ogg');
    const run = door.services.runs.findLast(({ action }) => action === playerPlay.name);
    expect(run?.input).toMatchObject({ what: '', files: [{ name: 'song.ogg', sizeBytes: 4 }] });
    const choices = await door.as('member').autocomplete('/play what:even');
    expect(choices).toEqual([{ name: 'Evening Song · North Choir', value: 'Evening Song' }]);
  });

  test('asks where, and plays there with all that was said', async () => {
    const { player } = door.services;
    player.played = ({ channelId }) =>
      channelId === undefined
        ? { outcome: 'pick-channel', channels: [{ id: channels.lounge, name: 'Lounge' }] }
        : undefined;
    const asked = await play('/play what:"Evening Song" when:now');
    expect(asked.text).toContain('Where should it play?');
    const picked = await pick(asked.message, 'pick-channel', channels.lounge);
    expect(picked.text).toContain('Playing · Evening Song');
    expect(door.services.runs.findLast(({ action }) => action === playerPlay.name)?.input).toMatchObject({
      ...{ what: 'Evening Song', when: 'now', channelId: channels.lounge },
    });
  });

  test('a neighbour is allowed by a manager’s press; a member reads who can', async () => {
    const { player } = door.services;
    player.played = ({ allow }) =>
      allow
        ? undefined
        : {
            outcome: 'neighbour',
            channelId: channels.lounge,
            neighbour: {
              ...{ peerId: '12D3KooWNorth', name: 'North', words: 'a b c d e f', state: 'not-allowed' },
              mayAllow: door.services.runs.at(-1)?.actor.kind === 'guild-member' && isManager(),
            },
          };
    const isManager = () => {
      const actor = door.services.runs.at(-1)?.actor;
      return actor?.kind === 'guild-member' && actor.hasManageGuild;
    };
    const read = await play('/play what:North');
    expect(read.text).toContain('everyone who manages the server');
    expect(customIdsOf(read.message)).toEqual({});
    const asked = await play('/play what:North', 'manager');
    expect(asked.text).toContain('a b c d e f');
    expect((await press(asked.message, 'allow', 'manager')).text).toMatch(/Looking for North|12D3KooWNorth/);
    await expect.poll(() => now(asked.message)).toContain('12D3KooWNorth');
    expect(door.services.runs.findLast(({ action }) => action === playerPlay.name)?.input).toMatchObject({
      ...{ what: '12D3KooWNorth', allow: true },
    });
  });

  test('what only a neighbour can do is waited for in words, and then it plays where it was asked for', async () => {
    const { answers, player } = door.services;
    const neighbour = { peerId: 'p', name: 'North', words: '', mayAllow: false } as const;
    let state: 'not-allowing' | 'silent' | undefined = 'not-allowing';
    player.played = () =>
      state && { outcome: 'neighbour', channelId: channels.lounge, neighbour: { ...neighbour, state } };
    const looks: ((state: 'silent' | undefined) => void)[] = [];
    answers['player.look'] = async () => {
      state = await new Promise((resolve) => void looks.push(resolve));
      return { end: 'changed', leftMs: 60_000, ...(state && { neighbour: { ...neighbour, state } }) };
    };
    const { message, text } = await play('/play what:North');
    expect(text).toMatch(/^### Looking for North …\n.*presses \*\*Share/);
    await expect.poll(() => looks.length).toBe(1);
    looks[0]?.('silent');
    await expect.poll(() => now(message)).toContain('as soon as North shares something');
    await expect.poll(() => looks.length).toBe(2);
    looks[1]?.(undefined);
    await expect.poll(() => now(message)).toContain('Playing · North');
    expect(door.services.runs.findLast(({ action }) => action === playerPlay.name)?.input).toMatchObject({
      ...{ what: 'North', channelId: channels.lounge, allow: false },
    });
  });

  test('a wait ends by its button, in words', async () => {
    const { answers, player } = door.services;
    const neighbour = { peerId: '', name: 'East', words: '', mayAllow: false, state: 'absent' } as const;
    player.played = () => ({ outcome: 'neighbour', channelId: channels.lounge, neighbour });
    const end = Promise.withResolvers<void>();
    answers['player.look'] = async () => {
      await end.promise;
      return { end: 'stopped', leftMs: 1 };
    };
    answers['player.look-stop'] = () => {
      end.resolve();
      return {};
    };
    const { message, text } = await play('/play what:East');
    expect(text).toContain('Looking for East');
    // A crash leaves the card as it is.
    expect(text).toContain('press Stop looking, then Look again');
    // Nobody is called that: it may be a typing error.
    const waited = () => door.services.runs.findLast(({ action }) => action === 'player.look')?.input;
    await expect.poll(() => waited()?.what).toBe('East');
    expect(waited()?.waitMs).toBe(10_000);
    expect((await press(message, 'look-stop')).text).toContain('Not looking for East any more');
    await expect.poll(() => now(message)).toContain('Not looking for East any more');
  });

  test('in the menu of a message plays its links', async () => {
    const { id } = await door.as('member').say(channels.general, 'Hear https://radio.example/live!');
    door.clock.skip(60_000);
    const { text } = await seen(await door.as('member').runOnMessage('Play this', id));
    expect(text).toContain('https');
    expect(door.services.player.items[0]?.title).toBe('https://radio.example/live');
    const nothing = await door.as('member').say(channels.general, 'Good evening');
    door.clock.skip(60_000);
    const refused = await seen(await door.as('member').runOnMessage('Play this', nothing.id));
    expect(refused.text).toContain('DISCORD_NOTHING_TO_PLAY');
    expect(refused.ephemeral).toBe(true);
  });
});

describe('the card', () => {
  test('shows a title of any kind as one line that does nothing', async () => {
    const odd = `@everyone \`\`\` **x** <@&${discordRoles.djs}>\u202e\n# ${'שיר '.repeat(90)}`;
    door.services.player.add(odd);
    door.services.player.add(odd);
    door.services.player.over = { votes: {}, resting: odd, playingTitle: odd };
    const { text, message } = await play('/nowplaying');
    expect(text).not.toMatch(/(?<!\\)[`@]|\*\*x|<@|\u202e|\n# /);
    expect(text.split('\n').length).toBeLessThan(9);
    expect(text).toContain('…');
    expect(message.mentions).toEqual([]);
    expect(message.mention_everyone).toBe(false);
    const queue = await press(message, 'queue', 'dj');
    expect(queue.text).not.toMatch(/(?<!\\)[`@]|\*\*x|<@|\u202e|\n# /);
    const shown = JSON.stringify(queue.message.components);
    expect(shown).not.toContain('\u202e');
    door.services.player.over = {};
  });

  test('is for everybody: pause, resume and skip change it in place, and act once for each press', async () => {
    const { message } = await card();
    door.services.player.add('Second Song');
    expect((await press(message, 'pause')).text).toContain('⏸ Paused');
    expect((await press(message, 'resume', 'publisher')).text).toContain('🔊 Playing');
    const before = door.services.countOf(playerSkip);
    const itemId = door.services.player.items[0]?.id;
    expect((await press(message, 'skip', 'manager')).text).toContain('Playing · Second Song');
    expect(door.services.countOf(playerSkip)).toBe(before + 1);
    // What the presser saw: another one is not skipped in its place.
    expect(door.services.runs.findLast(({ action }) => action === playerSkip.name)?.input.itemId).toBe(
      itemId,
    );
    expect(now(message)).toContain('Second Song');
  });

  test('adds by a window: what was typed, and files', async () => {
    const { message } = await card();
    door.clock.skip(20_000);
    const twice = { name: 'Evening Song', value: 'Evening Song' };
    door.services.answers['player.suggest'] = () => ({ suggestions: [twice, twice] });
    const opened = await door.as('member').click(message.id, control(message, 'add'));
    expect(opened.modal?.title).toBe('Add to the queue');
    const bytes = new TextEncoder().encode('OggS');
    const sent = await door
      .as('member')
      .submitModal(
        opened.interactionId,
        { what: 'Third Song', next: true },
        { files: [{ name: 'a.mp3', bytes }] },
      );
    const added = await seen(sent);
    expect([added.ephemeral, added.text.includes('Third Song')]).toEqual([true, true]);
    expect(door.services.player.items.map(({ title }) => title)).toEqual([
      'Evening Song',
      'a.mp3',
      'Third Song',
    ]);
    expect(door.services.runs.findLast(({ action }) => action === playerPlay.name)?.input).toMatchObject({
      when: 'next',
    });
  });

  test('an empty window is refused, and opens again', async () => {
    const { message } = await card();
    door.clock.skip(20_000);
    const opened = await door.as('member').click(message.id, control(message, 'add'));
    const refused = await seen(await door.as('member').submitModal(opened.interactionId, {}));
    expect(refused.text).toContain('DISCORD_NOTHING_TO_PLAY');
    expect(Object.keys(customIdsOf(refused.message))).toContain('form-again');
  });

  test('“More” answers the one who picked, as often as it is picked', async () => {
    const { message } = await card();
    expect(await pick(message, 'more', 'louder')).toMatchObject({
      ephemeral: true,
      text: expect.stringContaining('110 %'),
    });
    expect((await pick(message, 'more', 'louder')).text).toContain('120 %');
    expect((await pick(message, 'more', 'loop-all')).text).toContain('the queue is repeated');
    expect((await pick(message, 'more', 'favourite')).text).toContain('Among the favourites');
    expect((await pick(message, 'more', 'details')).text).toContain('Counting packets');
    const rest = await pick(message, 'more', 'rest');
    door.clock.skip(20_000);
    const opened = await door.as('member').click(rest.message.id, customIdsOf(rest.message).rest ?? '');
    const chosen = await seen(await door.as('member').submitModal(opened.interactionId, { what: 'Jazz FM' }));
    expect(chosen.text).toContain('**Jazz FM** plays while nothing is queued.');
    expect((await pick(message, 'more', 'stop')).text).toContain('The queue is kept');
    await expect.poll(() => now(message), { timeout: 15_000 }).toContain('Stopped');
  });

  test('shares with whom a manager picks; a member reads who can', async () => {
    const { message } = await card();
    const read = await press(message, 'share');
    expect(read.text).toContain('Sharing is for managers');
    expect(read.text).not.toContain(discordRoles.publishers);
    const list = await press(message, 'share', 'manager');
    expect(list.ephemeral).toBe(true);
    await press(list.message, 'share-look', 'manager');
    const shared = await pick(list.message, 'share-with', '12D3KooWEast', 'manager');
    expect(shared.text).toContain('East is allowed from now on.');
    expect(shared.text).toContain('Shared with **East**');
    await expect.poll(() => now(message), { timeout: 15_000 }).toContain('heard in East');
    const ended = await pick(list.message, 'unshare', '12D3KooWEast', 'manager');
    expect(ended.text).toContain('Only this server hears it.');
  });
});

test('after a restart of the hub the card follows its player on', async () => {
  const { message } = await card();
  await expect.poll(() => [...door.intents.kept.keys()]).toContain(`panel ${message.id}`);
  await door.restart();
  door.services.player.items.shift();
  door.services.player.add('Second Song');
  door.services.player.changed();
  await expect.poll(() => now(message), { timeout: 20_000 }).toContain('Playing · Second Song');
  expect((await press(message, 'pause')).text).toContain('⏸ Paused');
});

describe('/queue', () => {
  const fill = () => {
    const { player } = door.services;
    for (let index = 0; index < 15; index++)
      player.add(`Song ${index}`, index === 3 ? undefined : '1', 'somebody');
  };
  const idAt = (index: number) => door.services.player.items[index]?.id ?? '';
  const order = () => door.services.player.items.slice(1, 6).map(({ title }) => title.slice(5));

  test('members turn pages and take out their own', async () => {
    fill();
    const { message, ephemeral, text } = await play('/queue');
    expect([ephemeral, text.includes('14 entries to come')]).toEqual([true, true]);
    expect((await press(message, 'q-page')).text).toContain('11\\. **Song 11**');
    const first = await press(message, 'q-page');
    const select = walk(first.message.components ?? []).find(
      (component) => 'type' in component && component.type === ComponentType.StringSelect,
    );
    expect(JSON.stringify(select)).not.toContain('Song 4');
    const entry = await pick(message, 'q-pick', idAt(3));
    expect(entry.text).toContain('### Song 3');
    expect((await press(message, 'q-remove')).text).not.toContain('Song 3**');
    expect(order()).toEqual(['1', '2', '4', '5', '6']);
  });

  test('DJs move, shuffle and undo', async () => {
    fill();
    const { message } = await play('/queue', 'dj');
    await pick(message, 'q-pick', idAt(2), 'dj');
    const moves = walk(messages.get(message.id)?.components ?? []).flatMap((component) =>
      'label' in component && 'custom_id' in component
        ? [[String(component.label), String(component.custom_id)] as const]
        : [],
    );
    const down = new Map(moves).get('Move down') ?? '';
    door.clock.skip(20_000);
    await seen(await door.as('dj').click(message.id, down));
    expect(order()).toEqual(['1', '3', '2', '4', '5']);
    await press(message, 'q-shuffle', 'dj');
    expect(order()[0]).toBe('14');
    const undone = await press(message, 'q-undo', 'dj');
    expect(order()).toEqual(['1', '3', '2', '4', '5']);
    expect(customIdsOf(undone.message)['q-undo']).toBeUndefined();
  });
});

test('/skip, /pause and /stop answer the asker, and the card follows', async () => {
  const { message } = await card();
  door.services.player.add('Second Song');
  expect(await play('/skip')).toMatchObject({
    ephemeral: true,
    text: expect.stringContaining('Now: **Second Song**'),
  });
  expect((await play('/pause')).text).toContain('waits where it is');
  expect((await play('/stop')).text).toContain('The queue is kept');
  await expect.poll(() => now(message), { timeout: 15_000 }).toContain('Stopped');
});
