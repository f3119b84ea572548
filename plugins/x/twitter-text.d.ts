/** twitter-text 3.1.0 comes without types; these are only the ones used here. */
declare module 'twitter-text' {
  interface ParsedTweet {
    weightedLength: number;
    valid: boolean;
  }
  interface UrlEntity {
    url: string;
    indices: [start: number, end: number];
  }
  const twitterText: {
    parseTweet(text: string): ParsedTweet;
    extractUrlsWithIndices(text: string): UrlEntity[];
    extractCashtags(text: string): string[];
  };
  export = twitterText;
}
