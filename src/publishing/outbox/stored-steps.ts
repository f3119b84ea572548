import type { Receipt, Step } from '#contracts/publisher.ts';
import type { DeliveryStepTable } from '../tables/outbox.ts';

export interface StoredStep {
  step: Step;
  receipt: Receipt | undefined;
  /** It can't be read as it was written: only a person can decide about its delivery. */
  damaged: boolean;
}

/** Never throws: one damaged row must not block the others of a claim. */
export function readStep(row: Pick<DeliveryStepTable, 'step_id' | 'step' | 'receipt'>): StoredStep {
  const step = parsed<Step>(row.step);
  const receipt = row.receipt === null ? undefined : parsed<Receipt>(row.receipt);
  const sound = step?.id === row.step_id && (row.receipt === null || receipt !== undefined);
  return { step: step?.id === row.step_id ? step : unreadable(row.step_id), receipt, damaged: !sound };
}

export function readReceipt(text: string | null): Receipt | undefined {
  return text === null ? undefined : parsed<Receipt>(text);
}

function unreadable(id: string): Step {
  return { id, kind: 'damaged', summary: 'A step that can’t be read any more', payload: {}, artifacts: [] };
}

function parsed<Shape extends object>(text: string): Shape | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Shape) : undefined;
  } catch {
    return undefined;
  }
}
