/** Judges request bodies by Discord's own description. */
import { invalidForms } from '../refusal.ts';
import type { BodySchemas } from './body-schemas.ts';
import { withNumericPermissions } from './numeric-permissions.ts';
import type { Route } from './route.ts';

export interface Judge {
  /** Throws 50035 with field errors, and records a violation, for a body that its route does not admit. */
  judgeRequest(route: Route, body: unknown): Promise<void>;
  /** Loads the schemas ahead of the first request. */
  warmUp(): void;
}

interface Issue {
  code: string;
  message: string;
  path: PropertyKey[];
  /** For a union: the issues of each branch. */
  errors?: Issue[][];
}

/** `load` brings the schemas, 200 ms of work, which is why it does not happen on import. */
export function createJudge(init: {
  load: () => Promise<BodySchemas>;
  violate: (where: string, problem: string) => void;
}): Judge {
  let schemas: Promise<BodySchemas> | undefined;
  return {
    warmUp() {
      schemas ??= init.load();
    },
    async judgeRequest(route, body) {
      if (route.method === 'GET' || route.method === 'DELETE') return;
      schemas ??= init.load();
      const schema = (await schemas)[`${route.method} ${route.path}`];
      if (!schema) return;
      const { success, error } = schema.safeParse(withNumericPermissions(body ?? {}));
      if (success) return;
      const issues = (error?.issues ?? []).flatMap((issue) => leavesOf(issue));
      const where = `${route.method} ${route.path}`;
      for (const { path, message } of issues)
        init.violate(where, `${path.map(String).join('.')}: ${message}`);
      throw invalidForms(
        issues.map(({ path, code, message }) => ({
          path: path.map(String),
          code: code.toUpperCase(),
          message,
        })),
      );
    },
  };
}

/** The branch of a union that came closest; the union's own issue where no branch says more. */
function leavesOf(issue: Issue): Issue[] {
  if (!issue.errors?.length) return [issue];
  const branches = issue.errors
    .map((branch) => branch.flatMap(leavesOf))
    .filter((branch) => branch.length > 0)
    .sort((a, b) => depthOf(b) - depthOf(a) || a.length - b.length);
  const closest = branches[0];
  if (!closest) return [issue];
  return closest.map((leaf) => ({ ...leaf, path: [...issue.path, ...leaf.path] }));
}

function depthOf(branch: readonly Issue[]): number {
  return Math.max(...branch.map(({ path }) => path.length));
}
