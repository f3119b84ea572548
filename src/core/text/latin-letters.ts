/**
 * Spells letters of other scripts in Latin ones, for names that must be ASCII: accents are dropped; Latin, Greek,
 * Cyrillic, Hangul and kana are spelt out. Letters without such a spelling (Han among them: its reading depends on the
 * language) stay, for the caller to replace.
 */
export function latinLetters(text: string): string {
  const spelled = [...text.normalize('NFC')].map((letter) => hangul(letter) ?? letter).join('');
  return kana(spelled.normalize('NFKD'))
    .replace(/[\u0080-\uffff]/gu, (letter) => spelling(letter) ?? letter)
    .replace(/\p{M}/gu, '')
    .normalize('NFC');
}

const spellings = new Map<string, string>(
  (
    'ß ss æ ae œ oe ø o đ d ð d þ th ł l ı i ħ h ŋ ng ŧ t ĸ k ſ s ə e ' +
    // ISO 9 needs accents; these are the spellings of passports and of everyday addresses.
    'а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts ч ch ш sh щ shch ы y э e ю yu я ya ' +
    'і i є ie ґ g ў u ђ dj ј j љ lj њ nj ћ c џ dz ѕ dz ' +
    'α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps ω o'
  )
    .split(' ')
    .reduce<[string, string][]>((pairs, word, index, words) => {
      if (index % 2 === 0) pairs.push([word, words[index + 1] ?? '']);
      return pairs;
    }, []),
);
/** Signs that only soften or harden the letter before. */
const silent = new Set(['ь', 'ъ', 'Ь', 'Ъ']);

function spelling(letter: string): string | undefined {
  if (silent.has(letter)) return '';
  const lower = letter.toLowerCase();
  const found = spellings.get(lower);
  if (found === undefined || lower === letter) return found;
  return found.charAt(0).toUpperCase() + found.slice(1);
}

const leads = 'g kk n d tt r m b pp s ss _ j jj ch k t p h'.split(' ');
const vowels = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ');
const tails = '_ k k k n n n t l k m l l l p l m p p t t ng t t k t p t'.split(' ');

/** One syllable, letter by letter (Revised Romanization without its rules between syllables). */
function hangul(letter: string): string | undefined {
  const index = (letter.codePointAt(0) ?? 0) - 0xac00;
  if (index < 0 || index >= 11_172) return undefined;
  const parts = [leads[Math.floor(index / 588)], vowels[Math.floor((index % 588) / 28)], tails[index % 28]];
  return parts.join('').replaceAll('_', '');
}

const sounds = new Map(
  (
    'あa いi うu えe おo かka きki くku けke こko さsa しshi すsu せse そso たta ちchi つtsu てte とto なna にni ぬnu ねne のno ' +
    'はha ひhi ふfu へhe ほho まma みmi むmu めme もmo やya ゆyu よyo らra りri るru れre ろro わwa ゐi ゑe をo んn ' +
    'ぁa ぃi ぅu ぇe ぉo ゃya ゅyu ょyo ゎwa'
  )
    .split(' ')
    .map((pair) => [pair.charAt(0), pair.slice(1)]),
);
const voiced: Readonly<Record<string, string>> = {
  k: 'g',
  sh: 'j',
  s: 'z',
  ch: 'j',
  ts: 'z',
  t: 'd',
  h: 'b',
  f: 'b',
};

/** Hepburn without long vowels; takes decomposed text, where a voiced kana is two characters. */
function kana(text: string): string {
  return text
    .replace(/[\u30a1-\u30f6]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) - 0x60))
    .replace(
      /([\u3041-\u3096])([\u3099\u309a]?)([ぁぃぅぇぉゃゅょ]?)/g,
      (whole, letter: string, mark: string, small: string) => {
        const sound = marked(sounds.get(letter), mark);
        if (sound === undefined) return whole;
        if (small === '') return sound;
        const glide = { ゃ: 'ya', ゅ: 'yu', ょ: 'yo' }[small];
        if (glide === undefined) return sound.replace(/[aiueo]$/, sounds.get(small) ?? '');
        return sound.replace(/i$/, /^(sh|ch|j)/.test(sound) ? glide.slice(1) : glide);
      },
    )
    .replace(/っ([a-z])/g, '$1$1')
    .replace(/[っー]/g, '');
}

function marked(sound: string | undefined, mark: string): string | undefined {
  if (sound === undefined || mark === '') return sound;
  const [, consonant = '', vowel = ''] = /^([a-z]*?)([aiueo])$/.exec(sound) ?? [];
  return (mark === '\u309a' ? 'p' : (voiced[consonant] ?? consonant)) + vowel;
}
