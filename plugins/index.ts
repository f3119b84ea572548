/** The folders of plugins/, listed by hand: one per kind of target that results can go to. There is none yet. */
export const plugins = [] as const;
