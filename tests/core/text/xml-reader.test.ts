import { expect, test } from 'vitest';
import { withoutReferences } from '#core/text/references.ts';
import { readXml, XmlReader } from '#core/text/xml-reader.ts';

function events() {
  const seen: string[] = [];
  const reading = {
    open: (name: string, attributes: ReadonlyMap<string, string>, isEmpty: boolean) =>
      void seen.push(
        `<${[name, ...[...attributes].map((pair) => pair.join('='))].join(' ')}${isEmpty ? '/' : ''}>`,
      ),
    close: (name: string) => void seen.push(`</${name}>`),
    text: (text: string) => void seen.push(text),
  };
  return { seen, reading };
}

function read(text: string): string {
  const { reading, seen } = events();
  readXml(text, reading);
  return seen.join('');
}

test.each([
  ['<!DOCTYPE a [<!ENTITY b "<boom>">]><A B="1">&b;</A>', '<a b=1>&b;</a>'],
  ['<?xml version="1.0"?><!-- <a> --><a/>', '<a/>'],
  ["<a b=c d='x > y' / >", '<a b=c d=x > y/>'],
  ['3 < 4 & 5<a', '3 < 4 & 5'],
  ['<a><![CDATA[ &amp; <b> ]]></a>', '<a> &amp; <b> </a>'],
  // What has no end: a comment, CDATA, a quote, each at the end of what came.
  ['<a>x<!-- y', '<a>x'],
  ['<a><![CDATA[x', '<a>x'],
  ['<a b="c>x</a><d e=\'f>', '<a b=c>x</a><d e=f>'],
])('reads %s as far as it goes', (text, expected) => {
  expect(read(text)).toBe(expected);
});

test('reads the same however it is cut', () => {
  const text = '<a b="1&amp;2">x &#8211; y<![CDATA[<z>]]><!-- c --></a>';
  const { reading, seen } = events();
  const tooLarge = () => {
    throw new Error('too large');
  };
  const reader = new XmlReader({ ...reading, tooLarge });
  for (const letter of text) reader.push(letter);
  reader.end();
  expect(seen.join('')).toBe(read(text));
});

test('passes over each letter a bounded number of times', () => {
  const walls = ['<a b="', "<a b='>", '<!--', '<![CDATA[', '&', '<'];
  for (const wall of walls) read(wall.repeat(100_000));
});

test('of references undoes what it knows, and keeps the rest as it is written', () => {
  expect(withoutReferences('&AMP;&lt;&Auml;&auml;&#8211;&#xe9;&nbsp;|&shy;|')).toBe('&<Ää–é\u00a0||');
  for (const kept of ['&valueOf;', '&boom;', '&#0;', '&#55296;', '&#9999999;', '&;', 'AT&T'])
    expect(withoutReferences(kept)).toBe(kept);
});
