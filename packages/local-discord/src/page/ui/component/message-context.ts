import type { APIMessage } from 'discord-api-types/v10';
import { createContext } from 'preact';

/** The message whose components are being shown; undefined in a form. */
export const MessageContext = createContext<APIMessage | undefined>(undefined);
