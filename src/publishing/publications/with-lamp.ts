import type { TargetLamp } from '#contracts/actions/targets.ts';
import { hindrancesOf } from '../host/lamp.ts';
import type { Readiness } from '../host/readiness.ts';
import type { Target } from '../targets/target-store.ts';

/** A preview with the lamp of its target, and what would keep it from leaving now, whatever its content. */
export async function withLamp<Preview extends { warnings: string[] }>(
  readiness: Pick<Readiness, 'lamp'>,
  preview: Preview,
  target: Target | undefined,
): Promise<Preview & { lamp?: TargetLamp }> {
  if (!target) return preview;
  const lamp = await readiness.lamp(target);
  return { ...preview, lamp, warnings: [...preview.warnings, ...hindrancesOf(lamp)] };
}
