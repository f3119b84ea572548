import { type Html, html } from './html.ts';

/** "14:05:09", or the whole date for another day. UTC, as machines log it. */
export function timeText(atMs: number, nowMs = Date.now()): string {
  const [day = '', time = ''] = new Date(atMs).toISOString().split('T');
  const clock = `${time.slice(0, 8)} UTC`;
  return new Date(nowMs).toISOString().startsWith(day) ? clock : `${day} ${clock}`;
}

export function time(atMs: number): Html {
  return html`<time datetime="${new Date(atMs).toISOString()}">${timeText(atMs)}</time>`;
}

/** "1,536 bytes", "1.5 MiB" */
export function sizeText(bytes: number): string {
  if (bytes < 10_000) return `${bytes.toLocaleString('en-US')} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const [unit, size] = bytes < 1_048_576 ? ['KiB', bytes / 1_024] : ['MiB', bytes / 1_048_576];
  return `${size.toFixed(1)} ${unit}`;
}

export function count(number: number, one: string, several = `${one}s`): string {
  return `${number} ${number === 1 ? one : several}`;
}
