/** `{receipt:TARGET}` in a title, a text or a template: the address of an earlier publication's result. */
const placePattern = /\{receipt:([a-z0-9][a-z0-9-]{0,31})\}/g;

export function receiptNames(text: string): string[] {
  return [...new Set([...text.matchAll(placePattern)].map((match) => match[1] ?? ''))];
}

/** Places without a receipt stay, for the preview to name. */
export function withReceipts(text: string, receipts: Readonly<Record<string, string>>): string {
  return text.replace(placePattern, (place, name: string) =>
    Object.hasOwn(receipts, name) ? (receipts[name] ?? place) : place,
  );
}
