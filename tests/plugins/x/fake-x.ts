import {
  type Answer,
  type Asked,
  type Effect,
  type FakePlatform,
  FaultyServer,
} from '../compliance/fake-platform.ts';
import { type OfficialDescription, officialDescription } from '../compliance/official-description.ts';
import { FakeAuthorisation, isForm } from './fake-authorisation.ts';

export interface FakePost {
  id: string;
  text: string;
  sent: string;
  conversation_id: string;
  created_at: string;
  entities: { urls: { start: number; end: number; url: string; expanded_url: string }[] };
  mediaIds: string[];
  replyTo: string | undefined;
}

interface FakeMedia {
  bytes: number;
  totalBytes: number;
  category: string;
  altText?: string;
  finalized: boolean;
  checks: number;
}

const userId = '1000';
const problem = (status: number, title: string, detail: string): Answer => ({
  status,
  headers: { 'content-type': 'application/problem+json' },
  body: { title, detail, type: 'about:blank', status },
});

/** X as far as this project uses it: it wraps addresses, encodes three characters, refuses the same text twice. */
export class FakeX implements FakePlatform {
  readonly server: FaultyServer;
  readonly posts: FakePost[] = [];
  readonly media = new Map<string, FakeMedia>();
  readonly accessTokens = new Set<string>();
  refreshToken = '';
  /** What is different in the answer with tokens; undefined leaves a field out. */
  tokenOddities: Record<string, unknown> = {};
  refreshCount = 0;
  /** How often a video is still being processed when asked. */
  processingChecks = 0;
  refuseReplies = false;
  /** Ids of posts of other accounts. */
  readonly othersPosts = new Set<string>();
  refusesDuplicates = true;
  /** Its timelines show nothing of the last minutes. */
  timelineLags = false;
  /** Knows `tweet.fields` only, as servers did before the description. */
  oldFieldNames = false;
  accessLevel = 'read-write';
  isProtected = false;
  /** Why the account may not act, as X says it. */
  accountRefusal: { words: string; code?: number } = { words: '' };
  /** What its page lets people grant; the person who presses the button grants all of it. */
  readonly authorisation = new FakeAuthorisation();
  readonly #official: OfficialDescription | undefined;
  #nextId = 5_000;

  private constructor(official: OfficialDescription | undefined) {
    this.#official = official;
    this.server = new FaultyServer(
      (asked) => this.#answer(asked),
      (asked, answer) => this.#judge(asked, answer),
    );
  }

  /** `judged`: held against the official description, where there is one. */
  static async open({ judged } = { judged: true }): Promise<FakeX> {
    const fake = new FakeX(judged ? await officialDescription('x.json') : undefined);
    await fake.server.listen();
    return fake;
  }

  get addresses(): Record<string, string> {
    return { apiUrl: this.server.url, webUrl: this.server.url };
  }

  get routes(): Record<string, string> {
    return { 'https://api.x.com': this.server.url };
  }

  get judgedCount(): number {
    return this.#official?.judgedCount ?? 0;
  }

  effects(): Effect[] {
    return this.posts.map(({ id, text }) => ({ id, text }));
  }

  violations(): readonly string[] {
    return this.#official?.violations ?? [];
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #judge(asked: Asked, answer: Answer): void {
    // X's own refusals fail X's own error schema, and OAuth is not in the description: `FakeAuthorisation` judges it.
    if (answer.status >= 400 || asked.path.includes('/oauth2/') || this.oldFieldNames) return;
    this.#official?.observe(described(asked), answer);
  }

  #answer(asked: Asked): Answer {
    const { method, path } = asked;
    if (path === '/2/oauth2/token') return this.#token(asked);
    if (path === '/i/oauth2/authorize') return this.authorisation.page(asked.query);
    if (!this.#isAuthorised(asked)) return problem(401, 'Unauthorized', 'Unauthorized');
    if (!this.#isGranted(asked)) return problem(403, 'Forbidden', 'Forbidden');
    const { words, code: errorCode } = this.accountRefusal;
    // With a code as version 1.1 of the API does it, else as version 2.
    if (errorCode) return { status: 403, body: { errors: [{ code: errorCode, message: words }] } };
    if (words !== '') return problem(403, 'Forbidden', words);
    const upload = /^\/2\/media\/upload\/(\d+)\/(append|finalize)$/.exec(path);
    if (upload) return this.#segment(asked, upload[1] ?? '', upload[2] ?? '');
    const one = /^\/2\/tweets\/(\d+)$/.exec(path);
    if (one) return this.#one(method, one[1] ?? '');
    switch (`${method} ${path}`) {
      case 'POST /2/tweets':
        return this.#post(bodyOf(asked));
      case `GET /2/users/${userId}/tweets`:
        return this.#timeline(asked.query);
      case 'GET /2/users/me':
        return {
          status: 200,
          headers: { 'x-access-level': this.accessLevel },
          body: {
            data: {
              id: userId,
              name: 'Harbour',
              username: 'harbour',
              ...(asked.query.get('user.fields') === 'protected' && { protected: this.isProtected }),
            },
          },
        };
      case 'POST /2/media/upload/initialize':
        return this.#initialize(bodyOf(asked));
      case 'GET /2/media/upload':
        return this.#status(asked.query.get('media_id') ?? '');
      case 'POST /2/media/metadata':
        return this.#metadata(bodyOf(asked));
      default:
        return problem(404, 'Not Found', `no ${method} ${path}`);
    }
  }

  #isAuthorised({ headers }: Asked): boolean {
    const authorization = headers.authorization ?? '';
    if (authorization.startsWith('OAuth ')) return /oauth_signature="[^"]{20,}"/.test(authorization);
    return this.accessTokens.has(authorization.replace(/^Bearer /, ''));
  }

  /** The keys of OAuth 1.0a have no scopes. */
  #isGranted({ method, path, headers }: Asked): boolean {
    if (headers.authorization?.startsWith('OAuth ')) return true;
    const granted = this.authorisation.scope.split(' ');
    const needed = path.startsWith('/2/media/')
      ? ['media.write']
      : ['tweet.read', 'users.read', ...(method === 'POST' || method === 'DELETE' ? ['tweet.write'] : [])];
    return needed.every((scope) => granted.includes(scope));
  }

  #token(asked: Asked): Answer {
    const refusal = isForm(asked) ? this.authorisation.refusalOf(asked) : undefined;
    if (refusal) return refusal;
    if (!isForm(asked) && bodyOf(asked).refresh_token !== this.refreshToken) {
      return {
        status: 400,
        body: { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' },
      };
    }
    this.refreshCount += 1;
    this.refreshToken = `refresh-${this.refreshCount}-canary`;
    const access_token = `access-${this.refreshCount}-canary`;
    this.accessTokens.clear();
    this.accessTokens.add(access_token);
    const scope = this.authorisation.scope;
    const body = {
      token_type: 'bearer',
      expires_in: 7_200,
      access_token,
      refresh_token: this.refreshToken,
      scope,
    };
    return { status: 200, body: { ...body, ...this.tokenOddities } };
  }

  #post(body: Sent): Answer {
    const text: string = body.text ?? '';
    const mediaIds: string[] = body.media?.media_ids ?? [];
    const replyTo: string | undefined = body.reply?.in_reply_to_tweet_id;
    if (replyTo && this.refuseReplies) {
      return problem(403, 'Forbidden', 'You are not permitted to perform this action.');
    }
    if (mediaIds.some((id) => !this.media.get(id)?.finalized)) {
      return problem(400, 'Invalid Request', 'Your media IDs are invalid.');
    }
    if (this.refusesDuplicates && mediaIds.length === 0 && this.posts.some((post) => post.sent === text)) {
      return problem(403, 'Forbidden', 'You are not allowed to create a Tweet with duplicate content.');
    }
    const id = String(this.#nextId++);
    const head = this.posts.find((post) => post.id === replyTo)?.conversation_id;
    this.posts.unshift({
      id,
      sent: text,
      ...wrapped(text, id, mediaIds.length),
      conversation_id: head ?? id,
      created_at: new Date().toISOString(),
      mediaIds,
      replyTo,
    });
    return { status: 201, body: { data: { id, text } } };
  }

  /** A post that is gone: 200 with an error to those who read it, 404 to those who delete it. */
  #one(method: string, id: string): Answer {
    if (this.othersPosts.has(id))
      return method === 'DELETE'
        ? problem(403, 'Forbidden', 'You are not authorized to delete this Tweet.')
        : { status: 200, body: { data: { id, text: 'Of somebody else' } } };
    const post = this.posts.find((each) => each.id === id);
    if (method === 'DELETE') {
      if (!post) return problem(404, 'Not Found Error', `Could not find tweet with id: [${id}].`);
      this.posts.splice(this.posts.indexOf(post), 1);
      return { status: 200, body: { data: { deleted: true } } };
    }
    if (post) return { status: 200, body: { data: { id, text: post.text } } };
    const type = 'https://api.x.com/2/problems/resource-not-found';
    const gone = { title: 'Not Found Error', type, detail: `Could not find tweet with id: [${id}].` };
    return {
      status: 200,
      body: { errors: [{ ...gone, resource_type: 'tweet', parameter: 'id', value: id }] },
    };
  }

  #timeline(query: URLSearchParams): Answer {
    const [known, other] = this.oldFieldNames
      ? ['tweet.fields', 'post.fields']
      : ['post.fields', 'tweet.fields'];
    if (query.has(other as string)) {
      const detail = `The query parameter [${other}] is not one of [id,max_results,${known}]`;
      return problem(400, 'Invalid Request', detail);
    }
    const since = query.get('start_time') ?? '';
    const data = this.posts
      .filter((post) => post.created_at >= since && !this.timelineLags)
      .map(({ id, text, conversation_id, created_at, entities }) => ({
        id,
        text,
        conversation_id,
        created_at,
        entities,
      }));
    return { status: 200, body: { ...(data.length > 0 && { data }), meta: { result_count: data.length } } };
  }

  #initialize(body: Sent): Answer {
    const id = String(this.#nextId++);
    const { total_bytes: totalBytes, media_category: category } = body;
    this.media.set(id, { bytes: 0, totalBytes, category, finalized: false, checks: 0 });
    return { status: 200, body: { data: { id, media_key: `3_${id}`, expires_after_secs: 86_400 } } };
  }

  #segment(asked: Asked, id: string, verb: string): Answer {
    const media = this.media.get(id);
    if (!media) return problem(404, 'Not Found', 'no such media');
    if (verb === 'append') {
      media.bytes += multipartFileBytes(asked);
      return { status: 200, body: { data: { expires_at: 2_000_000_000 } } };
    }
    if (media.bytes !== media.totalBytes)
      return problem(400, 'Invalid Request', `${media.bytes} of ${media.totalBytes}`);
    media.finalized = true;
    const processing =
      media.category === 'tweet_image' ? {} : { processing_info: { state: 'pending', check_after_secs: 1 } };
    return {
      status: 200,
      body: {
        data: { id, media_key: `3_${id}`, size: media.bytes, expires_after_secs: 86_400, ...processing },
      },
    };
  }

  #status(id: string): Answer {
    const media = this.media.get(id);
    if (!media) return problem(404, 'Not Found', 'no such media');
    const done = media.checks++ >= this.processingChecks;
    const processing_info = done
      ? { state: 'succeeded', progress_percent: 100 }
      : { state: 'in_progress', check_after_secs: 1 };
    return { status: 200, body: { data: { id, media_key: `3_${id}`, processing_info } } };
  }

  #metadata(body: Sent): Answer {
    const media = this.media.get(body.id);
    if (!media) return problem(404, 'Not Found', 'no such media');
    media.altText = body.metadata?.alt_text?.text;
    return { status: 200, body: { data: { id: body.id } } };
  }
}

// biome-ignore lint/suspicious/noExplicitAny: what the client sent, judged by the description
type Sent = Record<string, any>;

function bodyOf(asked: Asked): Sent {
  return JSON.parse(asked.body.toString() || '{}');
}

/** As X stores it: trimmed, `&<>` encoded, each address a t.co one, and one more for media. */
function wrapped(sent: string, id: string, mediaCount: number): Pick<FakePost, 'text' | 'entities'> {
  const urls: FakePost['entities']['urls'] = [];
  let text = sent.trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  text = text.replace(/https?:\/\/\S+/g, (address) => {
    const url = `https://t.co/${id}${urls.length}`;
    urls.push({ start: 0, end: 0, url, expanded_url: address.replaceAll('&amp;', '&') });
    return url;
  });
  if (mediaCount > 0) {
    const url = `https://t.co/m${id}`;
    urls.push({ start: 0, end: 0, url, expanded_url: `https://x.com/harbour/status/${id}/photo/1` });
    text = `${text} ${url}`.trim();
  }
  return { text, entities: { urls } };
}

/** As the description can judge it: the fields of a form as JSON, and no body where the client library adds `{}`. */
export function described(asked: Asked): Asked {
  const { 'content-type': type, ...headers } = asked.headers;
  if (asked.path.endsWith('/finalize') && asked.body.toString() === '{}') {
    return { ...asked, headers, body: Buffer.alloc(0) };
  }
  if (!type?.startsWith('multipart/')) return asked;
  const names = [...asked.body.toString('latin1').matchAll(/name="(\w+)"(?:[^\r]*\r\n)*?\r\n(\d*)/g)];
  const fields = names.map(([, name, digits]) => [name, name === 'media' ? 'bytes' : Number(digits)]);
  const body = Buffer.from(JSON.stringify(Object.fromEntries(fields)));
  return { ...asked, headers: { ...headers, 'content-type': 'application/json' }, body };
}

function multipartFileBytes({ headers, body, bodyBytes }: Asked): number {
  const boundary = /boundary=(.+)$/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const name = body.indexOf('name="media"');
  const start = body.indexOf('\r\n\r\n', name) + 4;
  const end = body.indexOf(`\r\n--${boundary}`, start);
  return name === -1 ? 0 : (end === -1 ? bodyBytes : end) - start;
}
