/** HTML that was put together with everything escaped that isn't HTML already. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Html | string | number | undefined | false | readonly Part[];

/** Texts are escaped, in attributes too; attributes must be in double quotes. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(
    strings.map((string, index) => string + (index < parts.length ? partText(parts[index]) : '')).join(''),
  );
}

function partText(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Html) return part.text;
  if (typeof part === 'string' || typeof part === 'number') return escaped(String(part));
  return part.map(partText).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Characters that turn the direction of what follows, or are not seen at all, are written out: a name must not look like
 * another.
 */
export function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(
      hidden,
      (character) => `⟨U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
    )
    .replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

const hidden = /(?![\n\r\t])[\p{Cc}\p{Bidi_Control}\u200b\ufeff]/gu;

/** Shown at once of a text that people sent. */
export const textShownMax = 20_000;

/** A text as it was written, line by line; a long one in part. */
export function longText(text: string, max = textShownMax): Html {
  if (text.length <= max) return html`<pre class="text">${text}</pre>`;
  return html`<pre class="text">${text.slice(0, max).toWellFormed()}</pre>
    <p class="note">The first ${max} of ${text.length} characters.</p>`;
}

/** An address of the web as a link; everything else as text. */
export function link(url: string, words: Part = url): Html {
  const parsed = URL.parse(url);
  if (parsed?.protocol !== 'https:' && parsed?.protocol !== 'http:') return html`${words}`;
  return html`<a href="${parsed.href}" rel="noreferrer noopener nofollow" target="_blank">${words}</a>`;
}
