export type Side = 'ours' | 'theirs';
export type Pair<Value> = Record<Side, Value>;

export function series(): Pair<number[]> {
  return { ours: [], theirs: [] };
}

/** Ours first, then theirs first, and so on: what changes slowly on the machine meets both alike. */
export async function inTurn(rounds: number, work: (side: Side) => Promise<unknown>): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const sides: Side[] = round % 2 === 0 ? ['ours', 'theirs'] : ['theirs', 'ours'];
    for (const side of sides) await work(side);
  }
}
