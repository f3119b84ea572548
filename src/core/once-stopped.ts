/** Joins parts that had marks of their own into one sentence with one mark at each end. Three dots stay. */
export function onceStopped(text: string): string {
  return text.replace(/(?<![.])([.!?…])\.(?![.])(?=\s|$)/g, '$1');
}
