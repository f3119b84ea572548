import type { Exchange } from '@guildmesh/elsewhere';
import { expect } from 'vitest';
import type { Asked } from '../../plugins/compliance/fake-platform.ts';
import { type OfficialInit, officialDescription } from '../../plugins/compliance/official-description.ts';

const prefixes = /^\/github-(?:api|uploads)(?=\/)/;

/** Judges answers by the platform's own description, where OFFICIAL_SPECS_DIR has it; else says that nobody does. */
export async function judgeOf(
  file: string,
  init: OfficialInit = githubInit,
  described = (asked: Asked) => asked,
) {
  const official = await officialDescription(file, init);
  return {
    observe: ({ service, call, answer }: Exchange): void => {
      if (!file.startsWith(service)) return;
      const { method, query, headers, body } = call;
      const path = call.path.replace(prefixes, '');
      const asked: Asked = {
        ...{ method, path, query, body: body.bytes },
        headers: { ...headers },
        bodyBytes: body.sizeBytes,
        bodySha256: body.sha256,
      };
      official?.observe(described(asked), { status: answer.status, body: answer.json ?? answer.text });
    },
    expectNoViolations: (): void => {
      if (!official) return;
      expect(official.violations).toEqual([]);
      expect(official.judgedCount).toBeGreaterThan(0);
    },
  };
}

/** Among the operations of the whole description, not in the cut. */
const githubInit: OfficialInit = {
  leftOut: [
    /^(GET|DELETE) \/repos\/[^/]+\/[^/]+\/releases\/\d+$/,
    /^GET \/repos\/[^/]+\/[^/]+\/immutable-releases$/,
    /^GET \/user\/repos$/,
  ],
};
