/** Discord's flag enumerations have no member for "none". */
export const noFlags: number = 0;
