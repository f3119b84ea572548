import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Answer, MemberFile, MemberSession, Playground } from '../contract.ts';
import { refusalOf } from './error-answers.ts';
import { pageErrors } from './errors.ts';
import { type Act, type ActAnswer, type ActResult, attachmentsMaxBytes, type SentFile } from './protocol.ts';

/** Base64 takes 4 bytes for 3; the rest is room for names and text. */
export const filesBodyMaxBytes = Math.ceil(attachmentsMaxBytes / 3) * 4 + 64 * 1024;
export const textBodyMaxBytes = 64 * 1024;

const snowflake = z.string().regex(/^\d{1,20}$/, 'must be a snowflake');
const customId = z.string().min(1).max(100);
const typed = z.string().min(1).max(8_000);
const file = z.object({ name: z.string().min(1).max(255), bytes: z.base64() });
const act = z.object({ guildId: snowflake, userId: snowflake });
const formValue = z.union([
  z.string().max(4_000),
  z.boolean(),
  z.null(),
  z.array(z.string().max(100)).max(25),
]);

const bodies = {
  run: act.extend({ typed, channelId: snowflake, attachments: z.array(file).max(10) }),
  autocomplete: act.extend({ typed, channelId: snowflake }),
  click: act.extend({ messageId: snowflake, customId }),
  select: act.extend({ messageId: snowflake, customId, values: z.array(z.string().max(100)).max(25) }),
  modal: act.extend({
    interactionId: snowflake,
    values: z.record(customId, formValue),
    files: z.record(customId, z.array(file).max(10)),
  }),
  messageCommand: act.extend({ commandName: z.string().min(1).max(32), messageId: snowflake }),
  say: act.extend({ channelId: snowflake, content: z.string().min(1).max(2_000) }),
};

/** What a member does: each route is one call of its session. */
export function addActRoutes(api: FastifyInstance, playground: Playground): void {
  function addRoute<Body extends Act, Result>(
    path: string,
    schema: z.ZodType<Body>,
    perform: (session: MemberSession, body: Body) => Promise<Result>,
    bodyLimit = textBodyMaxBytes,
  ): void {
    api.post(path, { bodyLimit }, async (request): Promise<ActAnswer<Result>> => {
      const body = parseBody(schema, request.body);
      const session = sessionOf(playground, body);
      // A refusal by Discord or the bot is an answer; only a call that could not be made is an HTTP error.
      return perform(session, body).then(
        (result) => ({ result }),
        (error) => ({ refusal: refusalOf(error) }),
      );
    });
  }

  addRoute(
    '/run',
    bodies.run,
    async (session, { typed, channelId, attachments }) => {
      return resultOf(await session.run(typed, { channelId, attachments: memberFiles(attachments) }));
    },
    filesBodyMaxBytes,
  );
  addRoute('/autocomplete', bodies.autocomplete, (session, { typed, channelId }) =>
    session.autocomplete(typed, { channelId }),
  );
  addRoute('/click', bodies.click, async (session, { messageId, customId }) =>
    resultOf(await session.click(messageId, customId)),
  );
  addRoute('/select', bodies.select, async (session, { messageId, customId, values }) =>
    resultOf(await session.select(messageId, customId, values)),
  );
  addRoute(
    '/modal',
    bodies.modal,
    async (session, { interactionId, values, files }) => {
      const uploads = Object.entries(files).map(([customId, sent]) => [customId, memberFiles(sent)] as const);
      return resultOf(await session.submitModal(interactionId, values, Object.fromEntries(uploads)));
    },
    filesBodyMaxBytes,
  );
  addRoute('/message-command', bodies.messageCommand, async (session, { commandName, messageId }) =>
    resultOf(await session.runOnMessage(commandName, messageId)),
  );
  addRoute('/say', bodies.say, (session, { channelId, content }) => session.say(channelId, content));
}

function memberFiles(sent: readonly SentFile[]): MemberFile[] {
  return sent.map(({ name, bytes }) => ({ name, bytes: Buffer.from(bytes, 'base64') }));
}

/** The member who acts, or the refusal that names what is unknown. */
export function sessionOf(playground: Playground, { guildId, userId }: Act): MemberSession {
  const guild = playground.world.guild(guildId);
  if (!guild) throw pageErrors.PAGE_GUILD_UNKNOWN({ guildId });
  if (!guild.members.some(({ user }) => user.id === userId)) throw pageErrors.PAGE_MEMBER_UNKNOWN({ userId });
  return playground.as(userId, guildId);
}

function parseBody<Body>(schema: z.ZodType<Body>, value: unknown): Body {
  const { data, error } = schema.safeParse(value);
  if (error) {
    const problem = error.issues
      .map(({ path, message }) => `${path.join('.') || 'body'}: ${message}`)
      .join('; ');
    throw pageErrors.PAGE_BODY_INVALID({ problem });
  }
  return data;
}

function resultOf({ interactionId, ephemeral, modal }: Answer): ActResult {
  return modal ? { interactionId, ephemeral, modal } : { interactionId, ephemeral };
}
