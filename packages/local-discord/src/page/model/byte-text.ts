export function byteText(byteCount: number): string {
  if (byteCount < 1024) return `${byteCount} B`;
  if (byteCount < 1024 ** 2) return `${(byteCount / 1024).toFixed(1)} KiB`;
  return `${(byteCount / 1024 ** 2).toFixed(1)} MiB`;
}
