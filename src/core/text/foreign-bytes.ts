/**
 * Text of programs that don't name their encoding: station titles, tags, old lists. UTF-8 where it is valid, even with
 * a letter cut in two; then Shift-JIS, Cyrillic (Windows-1251, KOI8-R); everything else is Windows-1252, which includes
 * Latin-1.
 */

const utf8 = new TextDecoder('utf-8', { fatal: true });
const utf8Leniently = new TextDecoder('utf-8');
const letterOfSeveralBytes = /[\u0080-\u{10fffe}]/u;
const kana = /[\u3041-\u30fa]/;
const halfWidthOrPrivate = /[\uff61-\uff9f\ue000-\uf8ff]/;
/** Three letters beyond ASCII in a row: languages with Latin letters have them alone, or in twos. */
const highRuns = /[\u00a8\u00b8\u00c0-\u00ff]{3,}/g;
const highLetters = /[\u00c0-\u00ff]/g;

export function readForeignBytes(bytes: Uint8Array): string {
  return readUtf8(bytes) ?? readShiftJis(bytes) ?? readCyrillic(bytes) ?? decoded('windows-1252', bytes);
}

/** Decodes text again that was taken for Latin-1 on its way; other text stays as it is. */
export function mended(text: string): string {
  const codes = [...text].map((letter) => letter.codePointAt(0) ?? 0);
  const mayBe = codes.some((code) => code > 0x7f) && codes.every((code) => code <= 0xff);
  return mayBe ? readForeignBytes(Buffer.from(text, 'latin1')) : text;
}

/** Letters cut in two are left out if whole letters beyond ASCII show that the text is UTF-8 at all. */
function readUtf8(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    const text = utf8Leniently.decode(bytes);
    const whole = text.replaceAll('\ufffd', '');
    const isUtf8 = letterOfSeveralBytes.test(whole) && text.length - whole.length <= 2;
    return isUtf8 ? whole : undefined;
  }
}

function readShiftJis(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('shift_jis', { fatal: true }).decode(bytes);
    return kana.test(text) && !halfWidthOrPrivate.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

function readCyrillic(bytes: Uint8Array): string | undefined {
  const latin = Buffer.from(bytes).toString('latin1');
  const inRuns = (latin.match(highRuns) ?? []).join('').length;
  if (inRuns === 0 || inRuns < (latin.match(highLetters) ?? []).length * 0.6) return undefined;
  // The wrong one of the two swaps capitals and small letters.
  const [windows, koi] = [decoded('windows-1251', bytes), decoded('koi8-r', bytes)];
  return greatAfterSmall(koi) < greatAfterSmall(windows) ? koi : windows;
}

function greatAfterSmall(text: string): number {
  return text.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0;
}

function decoded(encoding: string, bytes: Uint8Array): string {
  return new TextDecoder(encoding).decode(bytes);
}
