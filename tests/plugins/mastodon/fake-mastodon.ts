import {
  type Answer,
  type Asked,
  type Effect,
  type FakePlatform,
  FaultyServer,
} from '../compliance/fake-platform.ts';

export const instance = 'https://social.example';

interface FakeStatus {
  id: string;
  url: string;
  content: string;
  created_at: string;
  sent: Record<string, unknown>;
}

/** A Mastodon server as far as this project uses it: it remembers keys, and shows text as HTML. */
export class FakeMastodon implements FakePlatform {
  readonly addresses = {};
  readonly server = new FaultyServer((asked) => this.#answer(asked));
  readonly statuses: FakeStatus[] = [];
  readonly media = new Map<string, { body: Buffer; checks: number }>();
  textMax = 500;
  /** Undefined: a server of before 4.3, or other software. */
  scopes: string[] | undefined = ['read', 'write:statuses', 'write:media'];
  account: { suspended?: boolean; limited?: boolean; moved?: { acct: string } } = {};
  /** As other software does: Mastodon refuses a suspended or moved account at every address of a person. */
  letsAnyAccountRead = false;
  /** Before 4.3 its application was told only to tokens with `read`, and without its scopes. */
  isBefore43 = false;
  /** Why the login may not act, as the server says it. */
  loginRefusal = '';
  processingChecks = 0;
  /** The token was made for the application, and stands for nobody. */
  isApplicationOnly = false;
  /** Files the server finds to be no media at all: at once, or once it has looked; or it has lost them since. */
  mediaRefused: 'at once' | 'while processing' | 'dropped' | undefined;
  /** Uploads left in half an hour; unlimited until a test says otherwise. */
  uploadsLeft = Number.POSITIVE_INFINITY;
  /** Posts of other accounts. */
  readonly othersStatuses: FakeStatus[] = [];
  /** Deletions left in half an hour, of which Mastodon allows 30. */
  deletionsLeft = 30;
  readonly #byKey = new Map<string, FakeStatus>();
  #nextId = 100;

  static async open(): Promise<FakeMastodon> {
    const fake = new FakeMastodon();
    await fake.server.listen();
    return fake;
  }

  get routes(): Record<string, string> {
    return { [instance]: this.server.url };
  }

  effects(): Effect[] {
    return this.statuses.map(({ id, content }) => ({ id, text: content }));
  }

  violations(): readonly string[] {
    return [];
  }

  close(): Promise<void> {
    return this.server.close();
  }

  /** As after an hour. */
  forgetKeys(): void {
    this.#byKey.clear();
  }

  #answer({ method, path, query, headers, body }: Asked): Answer {
    if (!headers.authorization?.startsWith('Bearer ')) {
      return { status: 401, body: { error: 'The access token is invalid' } };
    }
    if (this.isApplicationOnly && path !== '/api/v1/apps/verify_credentials' && path !== '/api/v2/instance')
      return { status: 422, body: { error: 'This method requires an authenticated user' } };
    if (this.loginRefusal !== '') return { status: 403, body: { error: this.loginRefusal } };
    const refusal = this.#outsideScopes(method, path) ?? this.#byAccount(method);
    if (refusal) return refusal;
    if (path.startsWith('/api/v1/statuses/')) return this.#status(method, path.split('/').at(-1) ?? '');
    if (path.startsWith('/api/v1/media/')) return this.#processed(path.split('/').at(-1) ?? '');
    switch (`${method} ${path}`) {
      case 'GET /api/v1/accounts/verify_credentials':
        return {
          status: 200,
          headers: {
            'x-ratelimit-limit': '300',
            'x-ratelimit-remaining': '299',
            'x-ratelimit-reset': '2026-11-21T14:05:00.000Z',
          },
          body: { id: '7', acct: 'harbour', ...this.account },
        };
      case 'GET /api/v1/apps/verify_credentials':
        if (this.isBefore43) {
          return this.scopes?.includes('read')
            ? { status: 200, body: { name: 'guildmesh', website: null, vapid_key: 'key' } }
            : outsideScopes;
        }
        return this.scopes
          ? { status: 200, body: { id: '1', name: 'guildmesh', scopes: this.scopes } }
          : { status: 404, body: { error: 'Record not found' } };
      case 'GET /api/v2/instance':
        return { status: 200, body: { configuration: { statuses: { max_characters: this.textMax } } } };
      case 'GET /api/v1/accounts/7/statuses':
        return { status: 200, body: this.#page(query.get('max_id')) };
      case 'POST /api/v2/media': {
        if (this.uploadsLeft-- <= 0) return tooMany;
        if (this.mediaRefused === 'at once') return noMedia;
        const id = String(this.#nextId++);
        this.media.set(id, { body, checks: 0 });
        return { status: 202, body: { id, url: null } };
      }
      case 'POST /api/v1/statuses':
        return this.#post(headers['idempotency-key'] ?? '', JSON.parse(body.toString()));
      default:
        return { status: 404, body: { error: `no ${method} ${path}` } };
    }
  }

  #outsideScopes(method: string, path: string): Answer | undefined {
    if (this.scopes === undefined) return undefined;
    const needed = neededScopes(method, path, this.isBefore43);
    return needed.length === 0 || needed.some((each) => this.scopes?.includes(each))
      ? undefined
      : outsideScopes;
  }

  #byAccount(method: string): Answer | undefined {
    const { suspended, moved } = this.account;
    if ((method === 'GET' && this.letsAnyAccountRead) || (!suspended && !moved)) return undefined;
    return { status: 403, body: { error: 'Your login is currently disabled' } };
  }

  #post(key: string, sent: { status: string; media_ids?: string[] }): Answer {
    const known = this.#byKey.get(key);
    if (known) return { status: 200, body: known };
    if ([...sent.status].length > this.textMax)
      return { status: 422, body: { error: 'Validation failed: Text character limit exceeded' } };
    if (sent.media_ids?.some((id) => !this.media.has(id))) {
      return { status: 422, body: { error: 'Validation failed: media not found' } };
    }
    const id = String(this.#nextId++);
    const created_at = new Date().toISOString();
    const status = { id, url: `${instance}/@harbour/${id}`, content: html(sent.status), created_at, sent };
    this.statuses.unshift(status);
    this.#byKey.set(key, status);
    return { status: 200, body: status };
  }

  #page(maxId: string | null): FakeStatus[] {
    const older = this.statuses.filter(({ id }) => maxId === null || Number(id) < Number(maxId));
    return older.slice(0, 40);
  }

  /** The same words for one that is gone and for one of somebody else. */
  #status(method: string, id: string): Answer {
    const status = [...this.statuses, ...this.othersStatuses].find((each) => each.id === id);
    const isOwn = this.statuses.some((each) => each.id === id);
    if (!status || (method === 'DELETE' && !isOwn))
      return { status: 404, body: { error: 'Record not found' } };
    if (method !== 'DELETE') return { status: 200, body: status };
    if (this.deletionsLeft-- <= 0) return tooMany;
    this.statuses.splice(this.statuses.indexOf(status), 1);
    for (const [key, known] of this.#byKey) if (known === status) this.#byKey.delete(key);
    return { status: 200, body: { ...status, text: status.sent.status } };
  }

  #processed(id: string): Answer {
    const media = this.mediaRefused === 'dropped' ? undefined : this.media.get(id);
    if (this.mediaRefused === 'while processing') return noMedia;
    if (!media) return { status: 404, body: { error: 'Record not found' } };
    return { status: media.checks++ < this.processingChecks ? 206 : 200, body: { id } };
  }
}

const outsideScopes: Answer = {
  status: 403,
  body: { error: 'This action is outside the authorized scopes' },
};

const noMedia: Answer = {
  status: 422,
  body: { error: 'Validation failed: File content type is invalid, File is invalid' },
};
const tooMany: Answer = {
  status: 429,
  headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-11-21T14:05:00.000Z' },
  body: { error: 'Too many requests' },
};

/** One of these opens the address; none is needed where the list is empty. */
function neededScopes(method: string, path: string, isBefore43: boolean): string[] {
  if (path === '/api/v1/accounts/verify_credentials')
    return ['read', 'read:accounts', ...(isBefore43 ? [] : ['profile'])];
  if (path === '/api/v1/accounts/7/statuses') return ['read', 'read:statuses'];
  if (path.includes('/media')) return ['write', 'write:media'];
  if (path.startsWith('/api/v1/statuses/') && method === 'GET') return ['read', 'read:statuses'];
  return method === 'POST' || method === 'DELETE' ? ['write', 'write:statuses'] : [];
}

/** As Mastodon shows it: paragraphs, addresses in three spans, tags and names as links. */
function html(text: string): string {
  const escaped = text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  const linked = escaped
    .replace(/(https?:\/\/)(\S+)/g, '<a href="$1$2"><span class="invisible">$1</span><span>$2</span></a>')
    .replace(/(^|\s)#(\w+)/g, '$1<a href="/tags/$2">#<span>$2</span></a>')
    .replace(/(^|\s)@(\w+)@[\w.-]+\w/g, '$1<span class="h-card"><a href="/@$2">@<span>$2</span></a></span>');
  return `<p>${linked.replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br />')}</p>`;
}
