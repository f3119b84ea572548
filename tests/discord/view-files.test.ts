import { type APIAttachment, type APIMessage, ComponentType } from 'discord-api-types/v10';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { slashCommand } from '#commands/definition.ts';
import type { Command, View, ViewFile } from '#contracts/command.ts';
import { SentFiles, withoutFiles } from '#discord/client/view-files.ts';
import { viewFileBytesMax } from '#discord/interactions/limits.ts';
import { assertFits } from '#discord/interactions/view-limits.ts';
import { customIdsOf } from './support/components.ts';
import { Door } from './support/door.ts';
import { channels, home } from './support/seed.ts';

const picture = (byte: number, name = 'cover.png'): ViewFile => ({
  name,
  bytes: new Uint8Array(64).fill(byte),
  mediaType: 'image/png',
});

function shown(text: string, files: readonly ViewFile[], buttonId?: string): View {
  return {
    components: [
      {
        type: ComponentType.Container,
        components: [
          ...files.map(({ name }) => ({
            type: ComponentType.Section as const,
            components: [{ type: ComponentType.TextDisplay as const, content: text }],
            accessory: {
              type: ComponentType.Thumbnail as const,
              media: { url: `attachment://${name}` },
              description: 'Cover of a song',
            },
          })),
          { type: ComponentType.TextDisplay, content: text },
          ...(buttonId
            ? [
                {
                  type: ComponentType.ActionRow as const,
                  components: [
                    {
                      type: ComponentType.Button as const,
                      style: 2 as const,
                      label: 'Next',
                      custom_id: buttonId,
                    },
                  ],
                },
              ]
            : []),
        ],
      },
    ],
    files,
  };
}

/** What the command shows at present. */
let now: { text: string; files: ViewFile[] } = { text: '', files: [] };

const pictures: Command = {
  definition: slashCommand('pictures', 'Show a picture', []),
  replyMode: 'public',
  controls: { next: 'update' },
  panels: ['live'],
  load: async () => {
    const view = (context: { sharedId(name: string): string }) => ({
      ...shown(now.text, now.files, context.sharedId('next')),
      panel: { name: 'live', subject: 'pictures' },
    });
    return {
      run: async (context) => ({ ...view(context), announcement: shown('for all', [picture(9)]) }),
      controls: { next: async (context) => view(context) },
      panels: { live: async (context) => ({ view: view(context), over: false }) },
    };
  },
};

describe('files of views', () => {
  let door: Door;
  const seen: APIMessage[] = [];
  beforeAll(async () => {
    door = await Door.open({ commands: [pictures] });
    door.playground.subscribe((event) => {
      if ('message' in event) seen.push(structuredClone(event.message));
    });
  });
  afterAll(() => door.close());

  const press = async (message: APIMessage) => {
    const [next] = Object.values(customIdsOf(message));
    return (await door.as('manager').click(message.id, next ?? '')).settled();
  };
  /** Edits that carried bytes: what was sent as a form has no body that the proxy reads. */
  const uploads = () =>
    door.proxy.requests.filter(({ method, body }) => method === 'PATCH' && body === undefined).length;

  test('are sent once: an edit keeps them by their ids, changes those that differ, and drops the rest', async () => {
    now = { text: 'first', files: [picture(1)] };
    const answer = await door.as('manager').run('/pictures', { channelId: channels.general });
    const message = await answer.settled();
    const before = uploads();
    const [first] = message.attachments;
    expect(first).toMatchObject({ filename: 'cover.png', content_type: 'image/png', size: 64 });
    expect(JSON.stringify(message.components)).toContain(`"attachment_id":"${first?.id}"`);
    now = { text: 'second', files: [picture(1)] };
    const second = await press(message);
    expect(second.attachments).toEqual(message.attachments);
    expect(uploads()).toBe(before);

    now = { text: 'third', files: [picture(2), picture(3, 'other.png')] };
    const third = await press(second);
    expect(third.attachments.map(({ filename }) => filename)).toEqual(['cover.png', 'other.png']);
    expect(third.attachments[0]?.id).not.toBe(first?.id);
    expect(uploads()).toBe(before + 1);

    now = { text: 'fourth', files: [picture(3, 'other.png')] };
    const fourth = await press(third);
    expect(fourth.attachments).toEqual([third.attachments[1]]);

    now = { text: 'fifth', files: [] };
    expect((await press(fourth)).attachments).toEqual([]);
    expect(uploads()).toBe(before + 1);
  });

  test('belong to announcements, and to panels in a channel, which are edited without a request', async () => {
    now = { text: 'a card', files: [picture(4)] };
    const card = { command: 'pictures', panel: 'live', subject: 'pictures', nonce: 'n1' };
    const posted = await door.discord.cards.post({ ...card, guildId: home, channelId: channels.general });
    const of = () => seen.findLast(({ id }) => id === posted?.messageId);
    await expect.poll(() => of()?.attachments[0]?.filename).toBe('cover.png');
    const first = of()?.attachments[0]?.id;
    now = { text: 'a changed card', files: [picture(4)] };
    door.services.publishing.tell('pictures');
    await expect.poll(() => JSON.stringify(of()), { timeout: 15_000 }).toContain('a changed card');
    expect(of()?.attachments[0]?.id).toBe(first);
    await expect.poll(() => JSON.stringify(seen)).toContain('for all');
  });

  test('stay out where the bot may not attach files: the text is shown', async () => {
    door.proxy.intercept = ({ method, path, body }) =>
      method === 'POST' && path.endsWith('/messages') && body === undefined
        ? { status: 403, body: { message: 'Missing Permissions', code: 50013 } }
        : undefined;
    const card = { command: 'pictures', panel: 'live', subject: 'pictures', nonce: 'n2' };
    const posted = await door.discord.cards.post({ ...card, guildId: home, channelId: channels.general });
    door.proxy.intercept = undefined;
    expect(posted).toBeDefined();
    const sent = door.proxy.requests.findLast(({ path }) => path.endsWith('/messages'));
    expect(JSON.stringify(sent?.body)).toContain('a changed card');
    expect(JSON.stringify(sent?.body)).not.toContain('attachment://');
  });
});

describe('a view is refused before it is sent', () => {
  test.each([
    ['a name that no file has', { ...shown('x', [picture(1)]), files: [] }],
    ['a file that nothing shows', { ...shown('x', []), files: [picture(1)] }],
    ['two files of one name', { ...shown('x', [picture(1)]), files: [picture(1), picture(2)] }],
    ['a name that Discord would change', shown('x', [picture(1, 'my cover.png')])],
  ])('with %s', (_what, view) => {
    expect(() => assertFits(view)).toThrow(/files of a view/);
  });

  test('with a file larger than Discord takes', () => {
    const large = { ...picture(1), bytes: new Uint8Array(viewFileBytesMax + 1) };
    expect(() => assertFits(shown('x', [large]))).toThrow(
      expect.objectContaining({ code: 'DISCORD_REPLY_TOO_LARGE' }),
    );
  });
});

test('what a message has is forgotten once a thousand others were shown: its files are sent again', () => {
  const sent = new SentFiles();
  const files = [picture(1)];
  const attachments = [{ id: '7', filename: 'cover.png' } as APIAttachment];
  sent.shown('first', files, attachments);
  expect(sent.plan(files, 'first')).toEqual({ attachments: [{ id: '7' }], files: [] });
  for (let index = 0; index < 1_000; index++) sent.shown(`other ${index}`, files, attachments);
  expect(sent.plan(files, 'first').files).toHaveLength(1);
  expect(sent.plan(files, 'other 999').files).toEqual([]);
});

test('without its files a view has its text, and nothing that shows them', () => {
  const bare = withoutFiles(shown('the text', [picture(1)]));
  expect(() => assertFits(bare)).not.toThrow();
  expect(JSON.stringify(bare)).toContain('the text');
  expect(JSON.stringify(bare)).not.toContain('attachment://');
});
