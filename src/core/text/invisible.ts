/** C0, DEL and C1, zero-width and direction characters, line and paragraph separators, tags, lone surrogates. */
export const invisiblePattern =
  /[\p{Cc}\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\uffff\u{e0000}-\u{e0fff}\p{Cs}]/u;

/** https://learn.microsoft.com/windows/win32/fileio/naming-a-file: reserved with any extension, in any case. */
export const windowsDevice = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9¹²³])\s*(\.|:|$)/iu;
