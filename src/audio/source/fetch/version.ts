/** Which version of a file an answer holds (RFC 9110 §8.8), to know whether another answer goes on with it. */

export interface Version {
  /** Of the whole, as it is packed; absent where nobody says. */
  sizeBytes: number | undefined;
  etag: string | undefined;
  lastModified: string | undefined;
  encoding: string;
  /** What If-Range may hold: a strong ETag, else the date. */
  validator: string | undefined;
  /** Its server keeps it: it gives parts of it, or tells its versions apart. Others may make it up as it goes. */
  isKept: boolean;
  /** Its end shows, though its length isn't known: it comes in chunks. */
  saysItsEnd: boolean;
}

export function versionOf(headers: ReadonlyMap<string, string>): Version {
  const length = headers.get('content-length');
  const etag = headers.get('etag') || undefined;
  const lastModified = headers.get('last-modified') || undefined;
  const strong = etag !== undefined && /^".*"$/.test(etag) ? etag : undefined;
  return {
    sizeBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
    ...{ etag, lastModified },
    encoding: headers.get('content-encoding') ?? '',
    // A weak ETag can't be one: its date is the next best.
    validator: strong ?? lastModified,
    isKept:
      /bytes/i.test(headers.get('accept-ranges') ?? '') || etag !== undefined || lastModified !== undefined,
    saysItsEnd: /chunked/i.test(headers.get('transfer-encoding') ?? ''),
  };
}

/** Why `now` is another version than `then`, in words for people; undefined where nothing says so. */
export function contradicts(then: Version, now: Partial<Version>): string | undefined {
  if (differ(then.sizeBytes, now.sizeBytes))
    return `it is ${(now.sizeBytes as number) < (then.sizeBytes as number) ? 'shorter' : 'longer'} now`;
  if (differ(then.encoding, now.encoding)) return 'it is packed in another way now';
  // Servers behind one name may each have an ETag of their own for the same file: the date and the length say more.
  const sameDate = then.lastModified !== undefined && then.lastModified === now.lastModified;
  if (differ(plain(then.etag), plain(now.etag)) && !(sameDate && then.sizeBytes !== undefined))
    return 'its server says so (ETag)';
  if (differ(then.lastModified, now.lastModified) && (then.etag === undefined || then.etag !== now.etag))
    return 'its server says so (Last-Modified)';
  return undefined;
}

function differ<T>(then: T | undefined, now: T | undefined): boolean {
  return then !== undefined && now !== undefined && then !== now;
}

/** Weak or strong makes no difference to whether two may be the same. */
function plain(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '');
}
