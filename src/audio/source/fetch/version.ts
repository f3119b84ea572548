/** The version of a file in an answer (RFC 9110 §8.8), to know whether another answer continues it. */

export interface Version {
  /** Size of the whole, as transferred; absent where unknown. */
  sizeBytes: number | undefined;
  etag: string | undefined;
  lastModified: string | undefined;
  encoding: string;
  /** Value for If-Range: a strong ETag, else the date. */
  validator: string | undefined;
  /**
   * Its server stores it: it supports ranges, or distinguishes versions. Other servers may generate the content while
   * sending.
   */
  isKept: boolean;
  /** Its end is visible though its length isn't known: it comes in chunks. */
  saysItsEnd: boolean;
}

export function versionOf(headers: ReadonlyMap<string, string>): Version {
  const length = headers.get('content-length');
  const etag = headers.get('etag') || undefined;
  const lastModified = headers.get('last-modified') || undefined;
  const strong = etag !== undefined && /^".*"$/.test(etag) ? etag : undefined;
  return {
    sizeBytes: length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined,
    etag,
    lastModified,
    encoding: headers.get('content-encoding') ?? '',
    // A weak ETag isn't allowed here: the date is the next best.
    validator: strong ?? lastModified,
    isKept:
      /bytes/i.test(headers.get('accept-ranges') ?? '') || etag !== undefined || lastModified !== undefined,
    saysItsEnd: /chunked/i.test(headers.get('transfer-encoding') ?? ''),
  };
}

/** Why `now` is another version than `then`, in words for people; undefined where nothing contradicts. */
export function contradicts(then: Version, now: Partial<Version>): string | undefined {
  const [thenBytes, nowBytes] = [then.sizeBytes, now.sizeBytes];
  if (thenBytes !== undefined && nowBytes !== undefined && thenBytes !== nowBytes)
    return `it is ${nowBytes < thenBytes ? 'shorter' : 'longer'} now`;
  if (differ(then.encoding, now.encoding)) return 'it is packed in another way now';
  // Servers behind one name may each have an ETag of their own for the same file: the date and the length are more
  // reliable.
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

/** Whether an ETag is weak or strong doesn't matter for comparing two answers here. */
function plain(etag: string | undefined): string | undefined {
  return etag?.replace(/^W\//, '');
}
