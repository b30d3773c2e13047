import { describe, expect, test } from 'vitest';
import type { Reason } from '../reasons.ts';
import { DOCUMENT_BOUNDS, STATEMENT_BOUNDS, scanXml } from './scan.ts';
import { reasonOf } from './testing/reason.ts';
import type { XmlElement } from './tree.ts';

const scan = (text: string) => scanXml(text, DOCUMENT_BOUNDS);
const verdict = (text: string) => reasonOf(() => scan(text));

/** The only text of an element. */
function textOf(element: XmlElement): string {
  return element.childNodes.map((child) => ('data' in child ? child.data : '')).join('');
}

describe('what is read', () => {
  test.each([
    '<a/>',
    '<a />\n',
    '<?xml version="1.0"?><a></a>',
    `<?xml version='1.0' encoding='utf-8' standalone='no'?>\r\n<a\r\n></a\t>`,
    '<_a-1.b xml:lang="kk" xml:space="preserve"/>',
    '<p:a xmlns:p="urn:p" p:b="1" b="2"/>',
    '<жол қала="Орал">ә</жол>',
    `<a b='"' c="'>"/>`,
    '<a>]] > "quoted" \u2028 \u0085 😀</a>',
  ])('%j', (text) => expect(verdict(text)).toBe('accepted'));

  test('references, line ends and white space as XML 1.0 says', () => {
    expect(textOf(scan('<a>x\r\ny\rz\n&#13;&#xD;&lt;&amp;lt;&apos;&quot;&gt;&#128512;</a>'))).toBe(
      'x\ny\nz\n\r\r<&lt;\'">😀',
    );
    const { attributes } = scan('<a b="1\r\n2\t3\n4&#10;5&#9;6"/>');
    expect(attributes.map(({ value }) => value)).toEqual(['1 2 3 4\n5\t6']);
  });

  test('namespaces of elements and attributes', () => {
    const root = scan('<a xmlns="urn:a" xmlns:p="urn:p"><p:b c="1" p:c="2" xml:lang="kk"/><d xmlns=""/></a>');
    const [b, d] = root.childNodes as readonly XmlElement[];
    expect(root.namespaceURI).toBe('urn:a');
    expect(b?.namespaceURI).toBe('urn:p');
    expect(b?.attributes.map(({ namespaceURI }) => namespaceURI)).toEqual([
      '',
      'urn:p',
      'http://www.w3.org/XML/1998/namespace',
    ]);
    expect(d?.namespaceURI).toBe('');
    expect(d?.parentNode).toBe(root);
  });
});

const refused: readonly (readonly [reason: Reason, ...texts: string[]])[] = [
  ['empty', '', ' \r\n\t'],
  ['not-text', '<a>\ud800</a>', '<a b="\udc00"/>', '<\udc00/>'],
  [
    'control-character',
    '<a>\0</a>',
    '<a>\u0008</a>',
    '<a b="\u001f"/>',
    '<a>\ufffe</a>',
    '<a>&#0;</a>',
    '<a>&#xFFFF;</a>',
  ],
  ['control-character', '<a>&#xD800;</a>', '<a>&#x110000;</a>', '<a>&#99999999;</a>'],
  [
    'encoding',
    '\ufeff<a/>',
    '<?xml version="1.0" encoding="UTF-16"?><a/>',
    '<?xml version="1.0" encoding="windows-1251"?><a/>',
  ],
  ['encoding', '<?xml version="1.0" encoding="UTF-7"?><a/>', '<?xml version="1.0" encoding="utf8"?><a/>'],
  ['doctype', '<!DOCTYPE a><a/>', '<!doctype a><a/>', '<a><!DOCTYPE a></a>', '<!ENTITY a "b"><a/>'],
  [
    'processing-instruction',
    '<?p?><a/>',
    '<a><?p x?></a>',
    '<a/><?p?>',
    ' <?xml version="1.0"?><a/>',
    '<a><?xml version="1.0"?></a>',
  ],
  [
    'processing-instruction',
    '<?xml-stylesheet href="a"?><a/>',
    '<?xml version="1.0"?><?xml version="1.0"?><a/>',
  ],
  ['comment', '<!----><a/>', '<a><!-- --></a>', '<a/><!-- -->'],
  ['cdata', '<a><![CDATA[x]]></a>', '<a><![ cdata [x]]></a>'],
  [
    'entity',
    '<a>&b;</a>',
    '<a b="&nbsp;"/>',
    '<a>&#65;</a>',
    '<a>&#x0041;</a>',
    '<a>&#1178;</a>',
    '<a b="&#x30;"/>',
  ],
  ['after-root', '<a/><b/>', '<a></a><a></a>', '<a/>text', '<a/>&#32;'],
  ['too-deep', '<a>'.repeat(1_000), `${'<a>'.repeat(129)}${'</a>'.repeat(129)}`],
  [
    'not-well-formed',
    '<',
    '<a',
    '<a b',
    '<a b=',
    '<a b="',
    '<a b="1"',
    '<a b="1"/',
    'a',
    '<a>',
    '</a>',
    '<a></b>',
    '<a><b></a></b>',
  ],
  [
    'not-well-formed',
    '< a/>',
    '<a b=1/>',
    '<a b/>',
    '<a b="1"c="2"/>',
    '<a b="<"/>',
    '<a / >',
    '<a></ a>',
    '<a></a b="1">',
    '<1/>',
    '<-a/>',
  ],
  [
    'not-well-formed',
    'x<a/>',
    '&amp;<a/>',
    '<a>&</a>',
    '<a>& amp;</a>',
    '<a>&amp</a>',
    '<a>&#;</a>',
    '<a>&#x;</a>',
    '<a>&#xG;</a>',
  ],
  [
    'not-well-formed',
    '<a>&#000000065;</a>',
    '<a>]]></a>',
    '<a b="1" b="1"/>',
    '<a><!></a>',
    '<a><! -- --></a>',
  ],
  [
    'not-well-formed',
    '<?xml?><a/>'.replace('?>', ' ?>'),
    '<?xml version="1.1"?><a/>',
    '<?xml encoding="UTF-8"?><a/>',
  ],
  [
    'not-well-formed',
    '<?xml version="1.0" standalone="maybe"?><a/>',
    '<?xml version="1.0" standalone="no" encoding="UTF-8"?><a/>',
  ],
  [
    'not-well-formed',
    '<p:a/>',
    '<a p:b="1"/>',
    '<a:/>',
    '<:a/>',
    '<a:b:c xmlns:a="urn:a"/>',
    '<a xmlns:p=""/>',
    '<a xmlns:xmlns="urn:a"/>',
  ],
  [
    'not-well-formed',
    '<a xmlns:xml="urn:a"/>',
    '<a xmlns:p="http://www.w3.org/XML/1998/namespace"/>',
    '<a xmlns="http://www.w3.org/2000/xmlns/"/>',
  ],
  [
    'not-well-formed',
    '<xmlns:a/>',
    '<a xmlnsx="1"/>',
    '<a xmlns:p="urn:p" xmlns:q="urn:p" p:b="1" q:b="2"/>',
    '<a xmlns:p="u" xmlns:p="v"/>',
  ],
];

describe('what is refused', () => {
  test.each(refused.flatMap(([reason, ...texts]) => texts.map((text) => ({ reason, text }))))(
    '$reason: $text',
    ({ reason, text }) => expect(verdict(text)).toBe(reason),
  );

  test('what is too much', () => {
    expect(reasonOf(() => scanXml(`<a>${'x'.repeat(STATEMENT_BOUNDS.length)}</a>`, STATEMENT_BOUNDS))).toBe(
      'too-large',
    );
    expect(verdict(`<a>${'<b/>'.repeat(DOCUMENT_BOUNDS.elements)}</a>`)).toBe('too-large');
    expect(verdict(`<a ${Array.from({ length: 65 }, (_, index) => `b${index}="1"`).join(' ')}/>`)).toBe(
      'too-large',
    );
    expect(
      verdict(`<a ${Array.from({ length: 64 }, (_, index) => `xmlns:b${index}="urn:b"`).join(' ')}/>`),
    ).toBe('too-large');
    const rich = `<b ${Array.from({ length: 60 }, (_, index) => `b${index}="1"`).join(' ')}/>`;
    expect(verdict(`<a>${rich.repeat(DOCUMENT_BOUNDS.elements / 10)}</a>`)).toBe('too-large');
    expect(verdict(`<${'a'.repeat(1_000)}/>`)).toBe('not-well-formed');
    expect(verdict(`<a ${'b'.repeat(1_000)}="1"/>`)).toBe('not-well-formed');
  });

  test('a hundred thousand levels, and ten million laughs', () => {
    expect(verdict('<a>'.repeat(100_000))).toBe('too-deep');
    expect(verdict('<'.repeat(1_000_000))).toBe('not-well-formed');
    expect(verdict('&'.repeat(1_000_000))).toBe('not-well-formed');
    expect(verdict(`<a ${' '.repeat(1_000_000)}`)).toBe('not-well-formed');
    expect(verdict(`<a b="${'&amp;'.repeat(200_000)}`)).toBe('not-well-formed');
    expect(verdict(`<a b="${'&amp;'.repeat(200_000)}"/>`)).toBe('accepted');
    expect(verdict(`<a>${'&#13;'.repeat(200_000)}</a>`)).toBe('accepted');
    expect(verdict('<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><a>&b;</a>')).toBe('doctype');
  });
});
