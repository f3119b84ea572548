/** The number of a publication says all about it, here and in the processes that are killed. */

export function digitsOf(index: number): string {
  return String(index).padStart(6, '0');
}

export function deliveryIdOf(index: number): string {
  return `delivery-${digitsOf(index)}`;
}

export function indexOf(deliveryId: string): number {
  return Number(deliveryId.slice(deliveryId.lastIndexOf('-') + 1));
}

/** Bytes of its file, where it has one. */
export function bytesOf(index: number): Buffer {
  return Buffer.from(`The log of result ${digitsOf(index)}\n`);
}

/** Which publication something at a target stems from: each names its number there, one way or another. */
export function indexIn(text: string): number | undefined {
  const [, digits] = /results?[-/ ](\d{6})/i.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
