import type { AlertTables } from './alerts.ts';
import type { ArtifactTables } from './artifacts.ts';
import type { OutboxTables } from './outbox.ts';
import type { PublishingTables } from './publishing.ts';

/** The tables as the newest migration leaves them. */
export interface Schema extends OutboxTables, PublishingTables, ArtifactTables, AlertTables {}
