import { describe, expect, test } from 'vitest';
import { cardEveryMs, cardView, nothingView } from '#commands/play/card-view.ts';
import { skipView } from '#commands/play/deed-view.ts';
import { neighbourView, notLookingView, waitingView } from '#commands/play/neighbour-view.ts';
import { addedView, confirmView, pickChannelView } from '#commands/play/outcome-view.ts';
import { playablesOf } from '#commands/play/playables.ts';
import { itemView, queueView } from '#commands/play/queue-view.ts';
import { relayedView } from '#commands/play/relayed-view.ts';
import { shareView } from '#commands/play/share-view.ts';
import { goneView } from '#commands/relay/view.ts';
import type { NeighbourView } from '#contracts/actions/neighbour-view.ts';
import type { PlayerView } from '#contracts/actions/player.ts';
import type { CommandContext, MessageInput, View, ViewFile } from '#contracts/command.ts';
import { customIdLengthMax } from '#discord/interactions/limits.ts';
import { assertFits } from '#discord/interactions/view-limits.ts';
import { walk } from '../discord/support/components.ts';
import { eveningSong, PlayerFake } from '../discord/support/player.ts';

const nowMs = 1_760_000_000_000;
let nonce = 1_000;
const context = {
  nowMs,
  customId: (name: string, data = '') => `g1.nowplaying.${name}.zzzzzzz.${nonce++}.aaaaaaaaaaaaaaaa.${data}`,
  sharedId: (name: string, data = '') => `g1.nowplaying.${name}.zzzzzzz.${nonce++}.aaaaaaaaaaaaaaaa.${data}`,
  mention: (words: string) => `</${words}:1234567890123456789>`,
} as unknown as CommandContext;

const cover: ViewFile = { name: 'cover.jpg', bytes: new Uint8Array(10), mediaType: 'image/jpeg' };
const playing = (over: Partial<PlayerView> = {}): PlayerView => {
  const fake = new PlayerFake();
  fake.items = [eveningSong, { ...eveningSong, id: 'item-1', title: 'Second Song' }];
  fake.over = over;
  return fake.view();
};

function textOf(view: View): string {
  return walk(view.components)
    .flatMap((component) => ('content' in component ? [String(component.content)] : []))
    .join('\n');
}

function labelsOf(view: View): string[] {
  return walk(view.components).flatMap((component) =>
    'label' in component && 'style' in component ? [String(component.label)] : [],
  );
}

function choicesOf(view: View): string[] {
  return walk(view.components).flatMap((component) =>
    'options' in component && Array.isArray(component.options)
      ? component.options.map(({ label }: { label: string }) => label)
      : [],
  );
}

describe('the card', () => {
  test('of a player that has nothing yet says what to do, and whom it is shared with', () => {
    const sharedWith = [{ peerId: 'p', name: 'South', listening: false }];
    const nothing = {
      state: 'stopped',
      item: undefined,
      next: undefined,
      queuedCount: 0,
      sharedWith,
    } as const;
    const view = cardView(context, { ...playing(), ...nothing } as PlayerView);
    expect(textOf(view)).toMatch(/Stopped\nAdd something, or say <\/play:\d+>\.[\s\S]*shared with South/);
    expect(textOf(view)).not.toContain('listen');
    expect(labelsOf(view)).toEqual(['Add', 'Share']);
  });

  test('shows cover, title, artist, position, end, who added it, what comes next and who listens', () => {
    const fake = new PlayerFake();
    fake.communities = fake.communities.map((each) => ({ ...each, shared: each.name === 'South' }));
    const { sharedWith } = fake.view();
    const view = cardView(context, playing({ sharedWith, queuedCount: 5 }), cover);
    const endsAt = Math.floor((nowMs + 245_000 - 83_000) / 1_000);
    expect(textOf(view).split('\n')).toEqual([
      '### 🔊 Playing · Evening Song',
      'North Choir · Live at the Hall',
      `1:23 of 4:05 · ends <t:${endsAt}:R>`,
      'In <#500000000000000002>',
      '-# added by member · next: Second Song, then 4 more · 5 people listen · heard in South',
    ]);
    expect(walk(view.components)).toContainEqual(
      expect.objectContaining({
        media: { url: 'attachment://cover.jpg' },
        description: 'Cover of Evening Song',
      }),
    );
    expect(labelsOf(view)).toEqual(['Pause', 'Skip', 'Queue', 'Add', 'Share']);
    expect(choicesOf(view).at(-1)).toBe('Stop');
  });

  const problem = { code: 'X', message: 'The file is gone.', next: 'Add another one.' };
  test.each<[what: string, over: Partial<PlayerView>, says: RegExp, buttons: string[]]>([
    ['playing', {}, /Playing · Evening/, ['Pause', 'Skip', 'Queue', 'Add', 'Share']],
    ['opening', { state: 'opening' }, /Opening · Evening/, ['Pause', 'Skip', 'Queue', 'Add', 'Share']],
    [
      'waiting',
      { state: 'waiting', listenersHere: 0 },
      /Ready · Evening[\s\S]*Starts as soon as somebody joins <#/,
      ['Skip', 'Queue', 'Add', 'Share'],
    ],
    ['paused', { state: 'paused' }, /Paused · Evening/, ['Resume', 'Skip', 'Queue', 'Add', 'Share']],
    [
      'resting',
      { state: 'resting', resting: 'Jazz FM', item: undefined, next: undefined, queuedCount: 0 },
      /Resting · Jazz FM/,
      ['Add', 'Share'],
    ],
    [
      'empty',
      { state: 'empty', item: undefined, next: undefined, queuedCount: 0 },
      /Nothing queued\n.*<\/play:/,
      ['Add', 'Share'],
    ],
    [
      'stopped',
      { state: 'stopped', channelId: undefined },
      /Stopped · Evening[\s\S]*queue is kept/,
      ['Resume', 'Queue', 'Add', 'Share'],
    ],
    [
      'in trouble',
      { problem },
      /\*\*The file is gone\\?\.\*\* Add another/,
      ['Pause', 'Skip', 'Queue', 'Add', 'Share'],
    ],
  ])(
    'of a player that is %s says so in words, and has the buttons that do something',
    (_what, over, says, buttons) => {
      const view = cardView(context, playing(over as Partial<PlayerView>));
      expect(textOf(view)).toMatch(says);
      expect(labelsOf(view)).toEqual(buttons);
      expect(() => assertFits(view)).not.toThrow();
      expect(walk(view.components).some((component) => 'disabled' in component)).toBe(false);
    },
  );

  test('of a station has no bar, but since when it plays', () => {
    const { durationMs: _, ...station } = eveningSong;
    const view = cardView(context, playing({ item: station, playingTitle: 'Live at nine' }));
    expect(textOf(view)).toContain(`Since <t:${Math.floor((nowMs - 83_000) / 1_000)}:t>`);
    expect(textOf(view)).toContain('Live at nine');
    expect(textOf(view)).not.toContain(' of ');
    expect(view.panel?.everyMs).toBeUndefined();
  });

  test('names what plays once where the sound says the same', () => {
    const { title, artist = '' } = eveningSong;
    for (const playingTitle of [title, `${artist} – ${title}`]) {
      const text = textOf(cardView(context, playing({ playingTitle })));
      expect(text.split(title)).toHaveLength(2);
    }
  });

  test('is edited by the clock only while it plays to somebody', () => {
    expect(cardView(context, playing()).panel).toMatchObject({ everyMs: cardEveryMs, editsPerMinuteMax: 6 });
    for (const over of [{ listenersHere: 0 }, { state: 'paused' as const }])
      expect(cardView(context, playing(over)).panel?.everyMs).toBeUndefined();
  });

  test('counts votes on the button', () => {
    const votes = { skip: { have: 2, need: 3 }, stop: { have: 1, need: 3 } };
    const view = cardView(context, playing({ votes }));
    expect(labelsOf(view)).toContain('Skip · 2 of 3');
    expect(choicesOf(view)).toContain('Stop · 1 of 3');
  });

  test('fits, and disarms what files and stations call themselves', () => {
    const long = '@everyone `*`<@1>‮'.repeat(40);
    const item = { ...eveningSong, title: long, artist: long, album: long, addedByName: long };
    const sharedWith = Array.from({ length: 25 }, () => ({ peerId: 'x', name: long, listening: true }));
    const view = cardView(
      context,
      playing({ item, next: item, sharedWith, playingTitle: long, resting: long }),
      cover,
    );
    expect(() => assertFits(view)).not.toThrow();
    expect(textOf(view)).not.toMatch(/(?<!\\)@everyone|(?<!\\)`|(?<!\\)<@|‮/);
  });
});

describe('the queue', () => {
  const fake = new PlayerFake();
  for (let index = 0; index <= 30; index++)
    fake.add(`Song ${index}`, index % 2 ? 'me' : 'somebody', '*'.repeat(100));
  const page = (number = 0) => ({ ...fake.page(number, 'me') });

  test('lists ten with who added them, and offers a member only what is theirs', () => {
    const view = queueView(context, page(1), false);
    expect(textOf(view)).toContain('11\\. **Song 11**');
    expect(choicesOf(view).every((label) => Number(/Song (\d+)/.exec(label)?.[1]) % 2 === 1)).toBe(true);
    expect(labelsOf(view)).toEqual(['Earlier', 'Later', 'Clear mine', 'Clear all']);
    expect(() => assertFits(view)).not.toThrow();
  });

  test('says how long it is at least, where a station or a stream is in it', () => {
    const known = { ...page(), durationMs: 76_000, unknownCount: 0 };
    expect(textOf(queueView(context, known, true))).toContain('to come · 1:16');
    const view = queueView(context, { ...known, unknownCount: 3 }, true);
    expect(textOf(view)).toContain('to come · at least 1:16');
  });

  test('offers DJs everything, and Undo for as long as it works', () => {
    const undo = { id: 'u1', what: 'shuffle' as const, untilMs: nowMs + 30_000 };
    const view = queueView(context, { ...page(), player: { ...fake.view(), undo } }, true);
    expect(choicesOf(view)).toHaveLength(10);
    expect(labelsOf(view)).toEqual([
      'Later',
      'Undo',
      'Clear mine',
      'Shuffle',
      'Repeat the queue',
      'Clear all',
    ]);
    const late = { ...undo, untilMs: nowMs };
    expect(
      labelsOf(queueView(context, { ...page(), player: { ...fake.view(), undo: late } }, true)),
    ).not.toContain('Undo');
  });

  test('says what to do where it is empty', () => {
    expect(textOf(queueView(context, new PlayerFake().page(0, 'me'), false))).toContain('</play:');
  });

  test('an entry in the middle can be moved both ways by DJs, and only be removed by a member', () => {
    const item = { ...eveningSong, id: '01999999-0000-7000-8000-000000000001', mine: true };
    const place = { page: 12, hasBefore: true, hasAfter: true };
    const view = itemView(context, item, place, true);
    expect(labelsOf(view)).toEqual(['Play next', 'Move up', 'Move down', 'Back', 'Remove']);
    expect(labelsOf(itemView(context, item, place, false))).toEqual(['Back', 'Remove']);
    for (const component of walk(view.components))
      if ('custom_id' in component)
        expect(String(component.custom_id).length).toBeLessThanOrEqual(customIdLengthMax);
  });
});

describe('what /play leads to', () => {
  test('a place in the queue, with what was left out', () => {
    const player = playing();
    const added = { outcome: 'queued' as const, items: [eveningSong], position: 4, player };
    expect(textOf(addedView(context, { ...added, leftOut: '12 more than a person may queue' }))).toMatch(
      /Added\n\*\*Evening Song\*\*.*\nIt is number 4 in the queue\.\n-# 12 more/,
    );
    expect(textOf(addedView(context, { ...added, position: 0 }))).toContain('It plays now.');
    const behind = { title: 'The Show', channelId: '500000000000000002' };
    for (const position of [0, 1]) {
      const text = textOf(addedView(context, { ...added, position, behind }));
      expect(text).toMatch(/The Show.* plays in <#500000000000000002> for others.*DJ says <\/stop:/);
      expect(text).not.toContain('plays now');
    }
  });

  test('a picker of channels: of those given, or of all where they are too many', () => {
    const channels = Array.from({ length: 30 }, (_, index) => ({ id: String(index), name: `C${index}` }));
    expect(choicesOf(pickChannelView(context, channels.slice(0, 2), 'd'))).toEqual(['C0', 'C1']);
    expect(JSON.stringify(pickChannelView(context, channels, 'd').components)).toContain('channel_types');
  });

  const neighbour = (over: Partial<NeighbourView>): NeighbourView => ({
    ...{ peerId: 'p', name: 'North', words: 'ape bat cat dog eel fox', state: 'not-allowed', mayAllow: true },
    ...over,
  });
  const steps = { draftId: 'd', managers: 'People who can: <@&1>.' };
  test.each<[NeighbourView['state'], RegExp, string]>([
    ['unknown', /We aren’t connected/, 'Connect and look'],
    ['absent', /isn’t found yet/, 'Look again'],
    ['not-allowed', /ape bat cat dog eel fox/, 'Allow and play'],
    ['not-allowing', /Our side is done/, 'Look again'],
    ['silent', /shares nothing with us now/, 'Look again'],
  ])('a neighbour that is %s: whose side is missing, and the step', (state, says, label) => {
    const view = neighbourView(context, neighbour({ state }), { ...steps, managers: '' });
    expect(textOf(view)).toMatch(says);
    expect(labelsOf(view)).toEqual([label]);
  });

  test.each([
    ['absent', /no community of that name|isn’t found|running and connected/, /as soon as it is found/],
    ['not-allowing', /presses \*\*Share\*\*/, /plays here as soon as North shares/],
    ['silent', /shares nothing with us at the moment/, /as soon as North shares something/],
  ] as const)(
    'while a neighbour that is %s is waited for, the card says what for, and how it ends',
    (state, why, then) => {
      const view = waitingView(context, { name: 'North', state }, { draftId: 'd', untilMs: nowMs + 600_000 });
      expect(textOf(view)).toMatch(/^### Looking for North …/);
      expect(textOf(view)).toMatch(why);
      expect(textOf(view)).toMatch(then);
      expect(textOf(view)).toContain(`<t:${(nowMs + 600_000) / 1_000}:R>`);
      expect(labelsOf(view)).toEqual(['Stop looking']);
      expect(labelsOf(notLookingView(context, 'North', 'd'))).toEqual(['Look again']);
    },
  );

  test.each([
    [
      'narrowed',
      /North shares it no longer[\s\S]*presses \*\*Share\*\*[\s\S]*<\/play:\d+> with the name \*\*North\*\*/,
    ],
    ['revoked', /Trust between us and \*\*North\*\* was withdrawn/],
    ['broadcast-ended', /North has ended it[\s\S]*plays what it shares next/],
    ['unserved', /is no home of that bot any more/],
  ] as const)('the card of what others ended says why, and the next step: %s', (why, says) => {
    const ended = { channelId: '5', community: 'North', title: 'Night show', why };
    expect(textOf(goneView(context, '5', ended))).toMatch(says);
    // What somebody here has stopped since, or in another channel, has no such reason.
    expect(textOf(goneView(context, '6', ended))).toContain('Relay stopped');
    expect(textOf(goneView(context, '5'))).toContain('Relay stopped');
  });

  test('a member reads who can allow a neighbour, and has no button for it', () => {
    const view = neighbourView(context, neighbour({ mayAllow: false }), steps);
    expect(textOf(view)).toContain('People who can: <@&1>.');
    expect(labelsOf(view)).toEqual([]);
  });

  test('whom everybody can look for again needs nobody’s leave', () => {
    const view = neighbourView(context, neighbour({ state: 'absent', mayAllow: false }), steps);
    expect(textOf(view)).not.toContain('People who can');
    expect(labelsOf(view)).toEqual(['Look again']);
  });

  test('a confirmation names what would end', () => {
    const relay = { title: 'Night show', channelId: '500000000000000002' } as never;
    const view = confirmView(context, relay, 'd');
    expect(textOf(view)).toMatch(/Night show.*<#500000000000000002>.*would end/);
    expect(labelsOf(view)).toEqual(['Play this instead']);
  });

  test('a vote that counts, or what plays then', () => {
    const player = playing({ votes: { skip: { have: 1, need: 2 } } });
    expect(textOf(skipView(context, { outcome: 'voted', player }))).toContain('It has 1 of 2 votes.');
    expect(textOf(skipView(context, { outcome: 'done', player }))).toContain('Now: **Evening Song**');
  });

  test('a neighbour’s programme with only what is ours', () => {
    const relay = {
      ...{ title: 'Night show', community: 'North', state: 'playing', channelId: '5', volumePercent: 200 },
      ...{ startedAtMs: nowMs, mode: 'auto' },
    } as never;
    const view = relayedView(context, relay);
    expect(textOf(view)).toContain('From **North** in <#5>');
    expect(labelsOf(view)).toEqual(['Quieter', 'Details', 'Stop']);
  });
});

describe('sharing', () => {
  const { communities } = new PlayerFake();

  test('shows who is not verified, with six words, and who hears it already', () => {
    const view = shareView(context, {
      nodeRuns: true,
      communities: communities.map((each) => ({ ...each, shared: each.trusted })),
    });
    expect(textOf(view)).toContain('Shared with **South**');
    expect(JSON.stringify(view.components)).toContain('unverified · ape bat cat dog eel fox');
    expect(choicesOf(view)).toEqual(['East', 'South']);
  });

  test('with nobody there says what is missing', () => {
    const alone = shareView(context, { nodeRuns: true, communities: [] });
    expect(textOf(alone)).toContain('No other community');
    expect(labelsOf(alone)).toEqual(['Look again']);
    const off = shareView(context, { nodeRuns: false, communities: [] });
    expect(textOf(off)).toContain('aren’t connected');
    expect(labelsOf(off)).toEqual(['Connect']);
  });
});

test('of a message its sound files and links are played, each once', () => {
  const file = (name: string, mediaType?: string) => ({
    name,
    url: 'https://x.example/',
    sizeBytes: 1,
    mediaType,
  });
  const message = {
    attachments: [file('a.mp3'), file('b', 'audio/ogg'), file('notes.txt', 'text/plain')],
    content: 'Hear https://radio.example/live. And <https://radio.example/live>, (https://b.example/x.mp3)!',
    embeds: [{ title: '', description: '', url: 'https://other.example/' }],
  } as unknown as MessageInput;
  expect(playablesOf(message)).toEqual({
    files: [message.attachments[0], message.attachments[1]],
    links: ['https://radio.example/live', 'https://b.example/x.mp3'],
  });
  expect(playablesOf({ ...message, content: '' }).links).toEqual(['https://other.example/']);
});

test('where nothing plays the card says what to type', () => {
  expect(textOf(nothingView(context))).toContain('</play:');
});
