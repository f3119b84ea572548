import type { APIChannel, APIMessage } from 'discord-api-types/v10';
import { describe, expect, test } from 'vitest';
import { channelTree, postsOf } from '../../../../packages/local-discord/src/page/model/channel-tree.ts';
import {
  type FormField,
  formFields,
  formValues,
  initialValues,
  unmetField,
} from '../../../../packages/local-discord/src/page/model/form.ts';
import { continuesGroup } from '../../../../packages/local-discord/src/page/model/message-groups.ts';
import { formatTimestamp } from '../../../../packages/local-discord/src/page/model/timestamps.ts';
import { initialState } from '../../../../packages/local-discord/src/page/state/app-state.ts';
import { withoutNotices } from '../../../../packages/local-discord/src/page/state/navigation.ts';
import { reduceEvent, withMessage } from '../../../../packages/local-discord/src/page/state/reduce-event.ts';
import { messagesShownMax } from '../../../../packages/local-discord/src/page-api/protocol.ts';

function message(id: number, fields: Partial<APIMessage> = {}): APIMessage {
  return {
    id: String(id),
    author: { id: '1' },
    timestamp: new Date(id * 1_000).toISOString(),
    flags: 0,
    ...fields,
  } as APIMessage;
}

describe('channelTree', () => {
  const channels = [
    { id: '9', type: 11, name: 'thread', parent_id: '2' },
    { id: '1', type: 2, name: 'voice', position: 0 },
    { id: '2', type: 0, name: 'text', position: 1 },
    { id: '3', type: 4, name: 'Category', position: 0 },
    { id: '4', type: 15, name: 'forum', position: 0, parent_id: '3' },
    { id: '5', type: 11, name: 'post', parent_id: '4' },
  ] as APIChannel[];

  test('puts text before voice, threads under their channel, posts nowhere', () => {
    const { loose, categories } = channelTree(channels);
    expect(loose.map(({ name }) => name)).toEqual(['text', 'thread', 'voice']);
    expect(categories.map(({ channels: inside }) => inside.map(({ name }) => name))).toEqual([['forum']]);
    expect(postsOf(channels, '4').map(({ name }) => name)).toEqual(['post']);
  });
});

describe('messages', () => {
  test('stand in the order of their ids, edited in place, the newest kept', () => {
    const list = withMessage([message(1), message(3)], message(2));
    expect(list.map(({ id }) => id)).toEqual(['1', '2', '3']);
    expect(withMessage(list, message(2, { content: 'new' }))[1]?.content).toBe('new');
    const many = Array.from({ length: messagesShownMax }, (_, index) => message(index + 1));
    expect(withMessage(many, message(9_999))).toHaveLength(messagesShownMax);
    expect(withMessage(many, message(9_999)).at(-1)?.id).toBe('9999');
  });

  test('of a channel that was never opened are left to be read when it is', () => {
    const event = { type: 'message', guildId: '1', channelId: '2', message: message(1) } as const;
    expect(reduceEvent(initialState, event)).toEqual({});
    expect(reduceEvent({ ...initialState, messages: { 2: [] } }, event)).toEqual({
      messages: { 2: [message(1)] },
    });
  });

  test('continue a group of the same author within five minutes and the same privacy', () => {
    expect(continuesGroup(message(1), message(200))).toBe(true);
    expect(continuesGroup(undefined, message(1))).toBe(false);
    expect(continuesGroup(message(1), message(400))).toBe(false);
    expect(continuesGroup(message(1), message(2, { flags: 64 }))).toBe(false);
  });
});

describe('formatTimestamp', () => {
  test('knows relative and absolute styles', () => {
    expect(formatTimestamp(1_000, 'R', 1_120_000, 'en')).toBe('2 minutes ago');
    expect(formatTimestamp(90_000, 'R', 0, 'en')).toBe('tomorrow');
    expect(formatTimestamp(0, 'D', 0, 'en')).toMatch(/19(69|70)/);
  });
});

describe('a form', () => {
  const fields: FormField[] = formFields([
    { type: 18, label: 'Title', component: { type: 4, custom_id: 'title', style: 1, min_length: 3 } },
    {
      type: 18,
      label: 'Mood',
      component: {
        type: 3,
        custom_id: 'mood',
        required: false,
        options: [{ label: 'a', value: 'a', default: true }],
      },
    },
    { type: 18, label: 'One', component: { type: 21, custom_id: 'one', required: false, options: [] } },
    { type: 10, content: 'text' },
  ]);

  test('starts with defaults and names the first field that does not fit', () => {
    const values = initialValues(fields);
    expect(values).toEqual({ title: '', mood: ['a'], one: null });
    expect(unmetField(fields, values)).toBe('“Title” is required.');
    expect(unmetField(fields, { ...values, title: 'ab' })).toBe('“Title” needs at least 3 characters.');
    expect(unmetField(fields, { ...values, title: 'abc' })).toBeUndefined();
  });

  test('sends an empty choice as no value', () => {
    expect(formValues(fields, { title: 'abc', mood: [], one: null })).toEqual({
      values: { title: 'abc', mood: [], one: null },
      files: {},
    });
  });
});

test('what one person was told, and what failed, leaves with its channel and no other', () => {
  const run = { guildId: '1', userId: '1', label: '/x', failure: { code: 'X', message: '', next: '' } };
  const state = {
    ...initialState,
    messages: { '10': [message(1, { flags: 64 }), message(2)], '11': [message(3, { flags: 64 })] },
    runs: [
      { ...run, id: 1, channelId: '10' },
      { ...run, id: 2, channelId: '11' },
      { id: 3, channelId: '10', guildId: '1', userId: '1', label: '/on its way' },
    ],
  };
  const { dismissed, runs } = withoutNotices(state, '10');
  expect([...(dismissed ?? [])]).toEqual(['1']);
  expect(runs?.map(({ id }) => id)).toEqual([2, 3]);
});
