/** Facts about an option beside its schema. */
import { z } from 'zod';

export interface OptionMeta {
  /** One sentence. */
  sentence: string;
  unit?: string;
  /** Given by environment or in a file of its own, never in the configuration file. */
  secret?: boolean;
  /** A further environment name, known from elsewhere. */
  envAlias?: string;
}

export const optionMeta = z.registry<OptionMeta>();
