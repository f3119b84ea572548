import { createHash } from 'node:crypto';
import {
  type Answer,
  type Asked,
  type Effect,
  type FakePlatform,
  FaultyServer,
  isWrite,
} from '../compliance/fake-platform.ts';
import { judged } from './lexicon-judge.ts';

export const service = 'https://pds.example';
export const did = 'did:plc:harbour234567';
export const handle = 'harbour.example';

interface StoredPost {
  uri: string;
  cid: string;
  // biome-ignore lint/suspicious/noExplicitAny: what the client sent, judged by the lexicons
  value: any;
}

// biome-ignore lint/suspicious/noExplicitAny: what the client sent, judged by the lexicons
type Sent = Record<string, any>;

const refused = (status: number, error: string, message = error): Answer => ({
  status,
  body: { error, message },
});

/** A personal data server as far as this project uses it, as strict as the official lexicons. */
export class FakePds implements FakePlatform {
  readonly addresses = {};
  readonly server = new FaultyServer((asked) => this.#answer(asked));
  readonly posts = new Map<string, StoredPost>();
  readonly blobs = new Map<string, number>();
  readonly #violations: string[] = [];
  /** The owners of handles. */
  readonly handles = new Map<string, string>([['jane.example', 'did:plc:jane234567']]);
  active = true;
  signInCount = 0;
  refreshCount = 0;
  /** What it hands out lives this long. */
  accessLifeMs = 7_200_000;
  /** Tokens it no longer takes. */
  readonly revoked = new Set<string>();
  appPassword: string | undefined;
  /** The account's own password was given, and a second factor is on. */
  asksSecondFactor = false;
  isTakenDown = false;
  /** It lives on another server now. */
  hasMoved = false;
  /** Sign-ins left in five minutes; unlimited until a test says otherwise. */
  signInsLeft = Number.POSITIVE_INFINITY;
  /** Those that no post names are cleared away. */
  forgetsBlobs = false;

  static async open(): Promise<FakePds> {
    const fake = new FakePds();
    await fake.server.listen();
    return fake;
  }

  get routes(): Record<string, string> {
    return { [service]: this.server.url };
  }

  effects(): Effect[] {
    return [...this.posts].map(([id, { value }]) => ({ id, text: JSON.stringify(value) }));
  }

  violations(): readonly string[] {
    return this.#violations;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #answer(asked: Asked): Answer {
    const method = asked.path.replace('/xrpc/', '');
    switch (`${asked.method} ${method}`) {
      case 'POST com.atproto.server.createSession':
        return this.#signIn(this.#inputOf(asked, method));
      case 'POST com.atproto.server.refreshSession':
        return this.#refresh(tokenOf(asked));
      case 'GET com.atproto.identity.resolveHandle': {
        const owner = this.handles.get(this.#parametersOf(asked, method).handle ?? '');
        return owner
          ? { status: 200, body: { did: owner } }
          : refused(400, 'HandleNotFound', 'Unable to resolve handle');
      }
    }
    const token = tokenOf(asked);
    if (!token) return refused(401, 'AuthMissing', 'Authentication Required');
    if (this.revoked.has(token) || !token.startsWith('access.'))
      return refused(400, 'ExpiredToken', 'Token has expired');
    if (this.isTakenDown) return refused(401, 'AccountTakedown', 'Account has been taken down');
    if (this.hasMoved) return refused(403, 'AccountNotFound', 'Account not found');
    if (!this.active && isWrite(asked)) return refused(401, 'AccountDeactivated', 'Account is deactivated');
    switch (`${asked.method} ${method}`) {
      case 'GET com.atproto.server.getSession':
        return {
          status: 200,
          headers: {
            'ratelimit-limit': '3000',
            'ratelimit-remaining': '2999',
            'ratelimit-reset': '1795876200',
          },
          body: { did, handle, active: this.active },
        };
      case 'GET com.atproto.repo.getRecord': {
        const there = this.posts.get(this.#parametersOf(asked, method).rkey ?? '');
        return there
          ? { status: 200, body: there }
          : refused(400, 'RecordNotFound', 'Could not locate record');
      }
      case 'POST com.atproto.repo.uploadBlob': {
        const link = cidOf('raw', asked.bodySha256);
        this.blobs.set(link, asked.bodyBytes);
        const mimeType = asked.headers['content-type'];
        return {
          status: 200,
          body: { blob: { $type: 'blob', ref: { $link: link }, mimeType, size: asked.bodyBytes } },
        };
      }
      case 'POST com.atproto.repo.putRecord':
        return this.#put(this.#inputOf(asked, method));
      default:
        return refused(isWrite(asked) ? 501 : 404, 'MethodNotImplemented');
    }
  }

  #put(input: Sent): Answer {
    const { repo, collection, rkey, record, swapRecord } = input;
    if (repo !== did) return refused(403, 'Forbidden', 'not your repository');
    const doc = String(collection);
    const problems = judged(doc, record);
    if (!/^[234567abcdefghij][234567a-z]{12}$/.test(rkey)) problems.push(`rkey ${rkey} is no TID`);
    problems.push(...facetProblems(record));
    this.#violations.push(...problems);
    if (problems.length > 0) return refused(400, 'InvalidRecord', problems.join('; '));
    const images: { image: { ref: { $link: string } } }[] = record.embed?.images ?? [];
    const lost = images.find(({ image }) => this.forgetsBlobs || !this.blobs.has(image.ref.$link));
    if (lost) return refused(400, 'BlobNotFound', `Could not find blob: ${lost.image.ref.$link}`);
    if (swapRecord === null && this.posts.has(rkey))
      return refused(400, 'InvalidSwap', 'Record was at another CID');
    const uri = `at://${did}/${doc}/${rkey}`;
    const cid = cidOf('dag-cbor', JSON.stringify(record));
    this.posts.set(rkey, { uri, cid, value: record });
    return { status: 200, body: { uri, cid } };
  }

  #signIn({ password }: Sent): Answer {
    if (this.signInsLeft-- <= 0)
      return {
        ...refused(429, 'RateLimitExceeded', 'Rate Limit Exceeded'),
        headers: { 'ratelimit-remaining': '0', 'ratelimit-reset': '1795876200' },
      };
    if (this.appPassword !== undefined && password !== this.appPassword)
      return refused(401, 'AuthenticationRequired', 'Invalid identifier or password');
    if (this.isTakenDown) return refused(401, 'AccountTakedown', 'Account has been taken down');
    if (this.asksSecondFactor)
      return refused(401, 'AuthFactorTokenRequired', 'A sign in code has been sent to your email address');
    this.signInCount += 1;
    return this.#pair();
  }

  #refresh(token: string): Answer {
    if (!token.startsWith('refresh.') || this.revoked.has(token))
      return refused(400, 'ExpiredToken', 'Token has expired');
    this.refreshCount += 1;
    this.revoked.add(token);
    return this.#pair();
  }

  #pair(): Answer {
    const number = this.signInCount + this.refreshCount;
    const exp = Math.floor((Date.now() + this.accessLifeMs) / 1_000);
    return {
      status: 200,
      body: {
        did,
        handle,
        accessJwt: jwt('access', { number, exp }),
        refreshJwt: jwt('refresh', { number }),
        active: true,
      },
    };
  }

  #inputOf(asked: Asked, method: string): Sent {
    const input = JSON.parse(asked.body.toString() || '{}');
    this.#violations.push(...judged(method, input));
    return input;
  }

  #parametersOf(asked: Asked, method: string): Record<string, string> {
    const given = Object.fromEntries(asked.query);
    this.#violations.push(...judged(method, given));
    return given;
  }
}

export function jwt(kind: 'access' | 'refresh', claims: object): string {
  return `${kind}.${Buffer.from(JSON.stringify({ sub: did, ...claims })).toString('base64url')}.canary-signature`;
}

function tokenOf({ headers }: Asked): string {
  return (headers.authorization ?? '').replace(/^Bearer /, '');
}

/** Byte offsets fall between characters, in order, and hold what they say. */
function facetProblems({ text, facets = [] }: Sent): string[] {
  const bytes = Buffer.from(text);
  let before = 0;
  return facets.flatMap(({ index: { byteStart, byteEnd } }: Sent) => {
    const part = bytes.subarray(byteStart, byteEnd).toString();
    const isInside = byteStart >= before && byteEnd <= bytes.length;
    before = byteEnd;
    return isInside && /^(https?:|#|@)[^\ufffd]+$/.test(part) ? [] : [`a facet of “${part}”`];
  });
}

/** In the form that a server gives (CIDv1, SHA-256, base32); only the hashed text is this double's own. */
function cidOf(codec: 'raw' | 'dag-cbor', text: string): string {
  const head = [1, codec === 'raw' ? 0x55 : 0x71, 0x12, 32];
  const bits = [...head, ...createHash('sha256').update(text).digest()]
    .map((byte) => byte.toString(2).padStart(8, '0'))
    .join('');
  const letters = bits.match(/.{1,5}/g) ?? [];
  return `b${letters.map((five) => 'abcdefghijklmnopqrstuvwxyz234567'[Number.parseInt(five.padEnd(5, '0'), 2)]).join('')}`;
}
