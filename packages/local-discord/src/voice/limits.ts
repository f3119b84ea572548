/** Largest websocket message taken from a client: a commit of a full channel is far below it. */
export const gatewayPayloadBytesMax = 64 * 1024;

/** Largest datagram taken from a client: 20 ms of Opus is at most 1,275 bytes, plus headers and tags. */
export const datagramBytesMax = 2048;

/** Places open at one time, over all channels. */
export const placesMax = 512;

/** Websockets open at one time, those that have not identified included. */
export const connectionsMax = 1024;

/** Listeners in one channel; each decrypts on its own. */
export const listenersPerChannelMax = 32;

/** Messages kept for a client that may resume. Older ones are gone, and with them the chance to resume. */
export const bufferedMessagesMax = 512;

/** Time a client has to identify or resume after the websocket opened. */
export const identifyTimeoutMs = 10_000;

/** Heartbeat interval sent to clients, and the silence after which one is given up. */
export const heartbeatIntervalMs = 13_750;
export const heartbeatTimeoutMs = heartbeatIntervalMs * 3;

/** Time a lost websocket may be resumed; its owner stays in the channel so long. */
export const resumeWindowMs = 15_000;

/** Time members have to commit proposals, and to say that they are ready for a transition. */
export const commitTimeoutMs = 3_000;
export const readyTimeoutMs = 3_000;

/** New groups tried in a row without success; the next arrival or departure starts over. */
export const groupAttemptsMax = 5;

/** Packets after which a bot that never sent Speaking is reported. */
export const packetsBeforeSpeakingMax = 50;
