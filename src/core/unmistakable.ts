/**
 * Whether a text that holds this value can only have it from there. A manager may type any word as a credential; only
 * an unmistakable one may hold a post back.
 */
export function isUnmistakable(value: string): boolean {
  const length = [...value].length;
  if (length >= 16) return true;
  if (length < 10) return false;
  return classesIn(value) >= 3 && !commonWord.test(value) && !commonWord.test(withLetters(value));
}

/** `P4ssw0rd` is a word, too. */
function withLetters(value: string): string {
  return value.replace(/[013457@$]/g, (sign) => letterOf[sign] ?? sign);
}

/** How many of these four occur: lower case, upper case, digits, everything else. */
function classesIn(value: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{Ll}\p{Lu}\p{Nd}]/u].filter((each) => each.test(value))
    .length;
}

const letterOf: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'i',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

/**
 * Words that posts contain and that people build passwords from, in any letter case and anywhere in the value. No
 * dictionary could name all; a missing word only means that a guild's own post waits until the word is removed.
 */
const commonWords = `
  about access account action active admin after again agent alert alpha also always announce answer another apple april
  archive artist asset audio august author autumn avail away back band base beta best better between bill bird black
  blog blue board body book boss branch break bridge bright broadcast brown browser budget build button call camera
  card care cast cats central change channel chat check child city class clean client close cloud club code cold color
  come comment commit common community config connect contact content control cool copy core count cover create
  crypto current daily dark data date default delivery demo deploy design detail develop device digit direct discord
  doctor docs dogs door down download dragon dream drive easy edit email empty enable encrypt energy engine english
  enter error event every example exit export extra face fail fall family fast feature february feed field file final
  find fire first fish fixed flag flow follow food football force forest form forum forward found free friday friend
  from front full game gate general ghost github give global gold good grand great green group guest guide guild hand
  happy hard head health heart hello help here high history hold home honey host hour house http hub human hunter
  icecast idea image important index info input inside install internet invite iron item january jazz join july june
  just keep king kitchen know label lady language large last late latest launch learn left letter level library life
  light like limit line link linux list listen little live local lock login logo long look lord lost love lucky
  machine made magic mail main make manager march mark market master mastodon match media meet member memory mesh
  message metal minute mobile model monday money monkey month moon more morning mother mountain move movie music name
  nature need network never news next nice night node none north note nothing notice november number ocean october
  offer office online only open option orange order other over owner page panel paper parent part party pass password
  patch path pause peace people person phone picture place plan planet play player please point police policy pony
  post power press price prince private problem product profile program project public publish purple push queen query
  question queue quick quiet radio rain random read ready record release relay remember remote remove reply report
  request reset result review right ring river road rock role room root rose round rule safe sale sample saturday save
  school score screen script search season second secret section secure send sender september server service session
  setting shadow share ship shop short show signal silver simple site size sleep small smart snow social soft some song
  soon sound source south space speak special speed spirit sport spring staff stage star start state station status
  step stop storage store storm story stream street string strong student studio style subject submit success summer
  sunday sunshine super support sure sweet swift switch system table take talk target task team tech temp term test
  text thank that theme then there thing this thread thursday ticket tiger time title today token tomorrow tool topic
  tower track train travel tree trial true trust turn tutorial type under union unit update upload urgent user value
  version very video view violet visit voice volume wait walk wall want warm warn watch water wave weather web website
  week welcome west when white wiki wild wind window winter with wolf woman wonder word work world write year yellow
  yesterday young your zero zone`;
const commonWord = new RegExp(
  commonWords
    .trim()
    .split(/\s+/)
    .filter((word) => word.length >= 4)
    .join('|'),
  'i',
);
