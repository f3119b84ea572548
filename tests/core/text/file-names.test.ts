import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { attachmentName, type FileNameRules, fileNames, gitFileNames } from '#core/text/file-names.ts';
import { latinLetters } from '#core/text/latin-letters.ts';

const ascii: FileNameRules = { letters: 'ascii', marks: '._+-', gap: '.', bytesMax: 200 };

test.each([
  ['写真.png', '写真.png', 'file.png'],
  ['発表.pdf', '発表.pdf', 'file.pdf'],
  ['Größe.md', 'Größe.md', 'Grosse.md'],
  ['Klavietūra.zip', 'Klavietūra.zip', 'Klavietura.zip'],
  ['test документ.odt', 'test.документ.odt', 'test.dokument.odt'],
  ['Ελλάδα.txt', 'Ελλάδα.txt', 'Ellada.txt'],
  ['한국어.hwp', '한국어.hwp', 'hangukeo.hwp'],
  ['か_き_く.pdf', 'か_き_く.pdf', 'ka_ki_ku.pdf'],
  ['ガッチャ.mp3', 'ガッチャ.mp3', 'gaccha.mp3'],
  ['🎉.gif', 'file.gif', 'file.gif'],
  ['写真.tar.gz', '写真.tar.gz', 'file.tar.gz'],
  ['写真.tar.gz.sha256', '写真.tar.gz.sha256', 'file.tar.gz.sha256'],
  ['report (final).pdf', 'report.final.pdf', 'report.final.pdf'],
  ['build log.txt', 'build.log.txt', 'build.log.txt'],
  ['app-1.0+1_x64.7z', 'app-1.0+1_x64.7z', 'app-1.0+1_x64.7z'],
  ['v1.0.2', 'v1.0.2', 'v1.0.2'],
  ['文書.文書', '文書.文書', 'file'],
  ['.env', 'env', 'env'],
  ['..', 'file', 'file'],
  ['…', 'file', 'file'],
  ['', 'file', 'file'],
  ['../../etc/passwd', 'passwd', 'passwd'],
  ['C:\\x\\y.txt', 'y.txt', 'y.txt'],
  ['photo\u202egnp.exe', 'photognp.exe', 'photognp.exe'],
  ['a\u0000b\r\nc.txt', 'abc.txt', 'abc.txt'],
  ['con.txt', 'file-con.txt', 'file-con.txt'],
  ['LPT1', 'file-LPT1', 'file-LPT1'],
  ['trailing. ', 'trailing', 'trailing'],
])('%j is called %j where letters are kept, and %j in ASCII', (label, kept, spelled) => {
  expect(fileNames([label], gitFileNames)).toEqual([kept]);
  expect(fileNames([label], ascii)).toEqual([spelled]);
});

describe('names of one publication', () => {
  test.each([
    [
      ['発表.pdf', '議事録.pdf', '写真.tar.gz', '議事.tar.gz'],
      ['file.pdf', 'file-2.pdf', 'file.tar.gz', 'file-2.tar.gz'],
    ],
    [
      ['a.png', 'A.png', 'a.png', 'a-2.png'],
      ['a.png', 'A-2.png', 'a-3.png', 'a-2-2.png'],
    ],
  ])('%j are %j', (labels, names) => {
    expect(fileNames(labels, ascii)).toEqual(names);
  });

  test('keep away from those the platform writes', () => {
    const rules: FileNameRules = { ...gitFileNames, isTaken: (name) => name === 'x_meta.xml' };
    expect(fileNames(['x_meta.xml'], rules)).toEqual(['x_meta-2.xml']);
  });

  test('are cut in bytes, at whole characters, with extension and number', () => {
    const rules: FileNameRules = { ...gitFileNames, bytesMax: 30 };
    expect(fileNames([`${'写'.repeat(50)}.tar.gz`, `${'写'.repeat(60)}.tar.gz`], rules)).toEqual([
      `${'写'.repeat(7)}.tar.gz`,
      `${'写'.repeat(7)}-2.tar.gz`,
    ]);
    expect(fileNames([`${'👩‍👩‍👧'.repeat(9)}x.png`, `${'e\u0301'.repeat(30)}.png`], rules)).toEqual([
      'x.png',
      `${'é'.repeat(13)}.png`,
    ]);
  });

  test('any labels: as many, unlike each other, within the limit, with what is allowed alone', () => {
    const label = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.constantFrom('写真.png', 'A.png', 'a.png'),
    );
    fc.assert(
      fc.property(fc.array(label, { maxLength: 8 }), (labels) => {
        const names = fileNames(labels, { ...ascii, bytesMax: 40 });
        expect(names).toHaveLength(labels.length);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[A-Za-z0-9+_-][A-Za-z0-9._+-]{0,39}$/);
      }),
      { numRuns: 200 },
    );
  });
});

test.each([
  ['Łódź', 'Lodz'],
  ['Ærø', 'Aero'],
  ['Щука', 'Shchuka'],
  ['объект', 'obekt'],
  ['Київ', 'Kiiv'],
  ['しゅうじ', 'shuuji'],
  ['パーティー', 'pati'],
  ['じゃ', 'ja'],
  ['ファイル', 'fairu'],
  ['きゃく', 'kyaku'],
  ['写真', '写真'],
])('%s is spelt %s', (text, spelled) => {
  expect(latinLetters(text)).toBe(spelled);
});

test.each([
  [{ filename: 'c953b519a8c28c42.pdf', title: '8월 추천 여행지' }, '8월 추천 여행지.pdf'],
  [{ filename: 'image.png', title: '写真.png' }, '写真.png'],
  [{ filename: 'plain.txt' }, 'plain.txt'],
  [{ filename: 'plain.txt', title: null }, 'plain.txt'],
  [{ filename: 'SPOILER_c953.png', title: '写真' }, 'SPOILER_写真.png'],
])('the attachment %j is called %s', (attachment, name) => {
  expect(attachmentName(attachment)).toBe(name);
});
