/** What is said of an option beside its form. */
import { z } from 'zod';

export interface OptionMeta {
  /** One sentence. */
  sentence: string;
  unit?: string;
  /** Comes by environment or from a file of its own, never from the configuration file. */
  secret?: boolean;
  /** A further environment name, known from elsewhere. */
  envAlias?: string;
}

export const optionMeta = z.registry<OptionMeta>();
