import { createElsewhere, type Elsewhere, type ElsewhereInit } from '@guildmesh/elsewhere';
import { onTestFinished } from 'vitest';

export interface OpenElsewhere extends Elsewhere {
  /** Values of a new token's fields, by name. */
  token(service: string, lifeMs?: number): Record<string, string>;
  page(path: string): Promise<string>;
}

/** Running until the test ends, which fails it where a defect was logged. */
export async function openElsewhere(init: ElsewhereInit = {}): Promise<OpenElsewhere> {
  const defects: string[] = [];
  const elsewhere = createElsewhere({ writeLog: (line) => void defects.push(line), ...init });
  await elsewhere.start();
  onTestFinished(async () => {
    await elsewhere.stop();
    if (defects.length > 0) throw new Error(defects.join('\n'));
  });
  return Object.assign(elsewhere, {
    token: (service: string, lifeMs?: number) =>
      Object.fromEntries(
        elsewhere.issueToken(service, lifeMs).fields.map(({ name, value }) => [name, value]),
      ),
    page: async (path: string) => (await fetch(elsewhere.pageUrl + path)).text(),
  });
}
