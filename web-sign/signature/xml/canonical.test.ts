import { DOMParser } from '@xmldom/xmldom';
import { describe, expect, test } from 'vitest';
import { findAncestorNs, SignedXml } from 'xml-crypto';
import { canonicalXml, contextOf } from './canonical.ts';
import { DOCUMENT_BOUNDS, scanXml } from './scan.ts';
import { C14N, EXCLUSIVE } from './testing/sign.ts';
import { elementsOf, type XmlElement } from './tree.ts';

const scan = (text: string) => scanXml(text, DOCUMENT_BOUNDS);
const inclusive = (text: string) => canonicalXml(scan(text));
const exclusive = (text: string) => canonicalXml(scan(text), { exclusive: true });

function find(root: XmlElement, tagName: string): XmlElement {
  const found = [...elementsOf(root)].find((element) => element.tagName === tagName);
  if (!found) throw new Error(tagName);
  return found;
}

/** A part inside its document. */
function partOf(text: string, tagName: string, form: 'inclusive' | 'exclusive'): string {
  const element = find(scan(text), tagName);
  return canonicalXml(element, { exclusive: form === 'exclusive', context: contextOf(element) });
}

describe('Canonical XML 1.0', () => {
  test('start and end tags (W3C example 3.3)', () => {
    const text =
      '<doc>\n   <e1   />\n   <e2   ></e2>\n   <e3   name = "elem3"   id="elem3"   />\n' +
      '   <e5 a:attr="out" b:attr="sorted" attr2="all" attr="I\'m"\n' +
      '      xmlns:b="http://www.ietf.org"\n      xmlns:a="http://www.w3.org"\n      xmlns="http://example.org"/>\n' +
      '   <e6 xmlns="" xmlns:a="http://www.w3.org">\n      <e7 xmlns="http://www.ietf.org">\n' +
      '         <e8 xmlns="" xmlns:a="http://www.w3.org">\n            <e9 xmlns="" xmlns:a="http://www.ietf.org"/>\n' +
      '         </e8>\n      </e7>\n   </e6>\n</doc>';
    expect(inclusive(text)).toBe(
      '<doc>\n   <e1></e1>\n   <e2></e2>\n   <e3 id="elem3" name="elem3"></e3>\n' +
        '   <e5 xmlns="http://example.org" xmlns:a="http://www.w3.org" xmlns:b="http://www.ietf.org" attr="I\'m" attr2="all" b:attr="sorted" a:attr="out"></e5>\n' +
        '   <e6 xmlns:a="http://www.w3.org">\n      <e7 xmlns="http://www.ietf.org">\n         <e8 xmlns="">\n' +
        '            <e9 xmlns:a="http://www.ietf.org"></e9>\n         </e8>\n      </e7>\n   </e6>\n</doc>',
    );
  });

  test('characters and references (after W3C example 3.4)', () => {
    expect(
      inclusive(
        `<doc><text>First line&#x0d;&#10;Second line</text><compute expr='value>"0" &amp;&amp; value&lt;"10" ?"valid":"error"'>valid</compute><norm attr=' &apos;   &#x20;&#13;&#xa;&#9;   &apos; '/></doc>`,
      ),
    ).toBe(
      `<doc><text>First line&#xD;\nSecond line</text><compute expr="value>&quot;0&quot; &amp;&amp; value&lt;&quot;10&quot; ?&quot;valid&quot;:&quot;error&quot;">valid</compute><norm attr=" '    &#xD;&#xA;&#x9;   ' "></norm></doc>`,
    );
  });

  test('a namespace is escaped as any other value; prefixes go in the order of their letters, capitals first', () => {
    expect(inclusive('<a xmlns:b="urn:b&amp;&quot;" xmlns:B="urn:B" xmlns:ә="urn:c"/>')).toBe(
      '<a xmlns:B="urn:B" xmlns:b="urn:b&amp;&quot;" xmlns:ә="urn:c"></a>',
    );
  });

  test('a part takes over namespaces and xml attributes of what is around it, the nearest first', () => {
    const text =
      '<a xmlns="urn:a" xmlns:p="urn:p" xml:lang="kk" xml:space="preserve" id="1"><b xmlns:p="urn:q" xml:lang="ru"><c d="1"/><e xml:lang="en" xmlns=""/></b></a>';
    expect(partOf(text, 'c', 'inclusive')).toBe(
      '<c xmlns="urn:a" xmlns:p="urn:q" d="1" xml:lang="ru" xml:space="preserve"></c>',
    );
    expect(partOf(text, 'e', 'inclusive')).toBe('<e xmlns:p="urn:q" xml:lang="en" xml:space="preserve"></e>');
    expect(partOf(text, 'c', 'exclusive')).toBe('<c xmlns="urn:a" d="1"></c>');
    expect(partOf(text, 'e', 'exclusive')).toBe('<e xml:lang="en"></e>');
  });

  test('elements that are left out leave nothing behind', () => {
    const root = scan('<a>1<b><c/></b>2<b/></a>');
    expect(canonicalXml(root, { without: new Set([find(root, 'b')]) })).toBe('<a>12<b></b></a>');
  });
});

describe('Exclusive XML Canonicalization', () => {
  test('only what is used is declared, where it is used', () => {
    expect(
      exclusive(
        '<a xmlns="urn:a" xmlns:p="urn:p" xmlns:q="urn:q"><p:b q:c="1"><p:d/></p:b><e xmlns=""/></a>',
      ),
    ).toBe(
      '<a xmlns="urn:a"><p:b xmlns:p="urn:p" xmlns:q="urn:q" q:c="1"><p:d></p:d></p:b><e xmlns=""></e></a>',
    );
  });
});

describe('xml-crypto over xmldom makes the same of it', () => {
  const texts = [
    '<a/>',
    '<a xmlns="urn:a"><b xmlns=""><c xmlns="urn:a"/></b></a>',
    '<p:a xmlns:p="urn:p" xmlns:q="urn:q"><q:b p:c="1" q:c="2" c="3"/><p:d xmlns:p="urn:r"><p:e/></p:d></p:a>',
    '<a b="&lt;&amp;&quot;&#10;&#9;&#13;" c="x\ny">x &gt; &lt; &amp; &#13; \r\n y</a>',
    '<a xml:lang="kk"><b xml:lang="ru" z="1" a="2">Айгөлек</b></a>',
    '<a xmlns:p="urn:p"><b xmlns:p="urn:p" p:x="1"/><p:c xmlns:p="urn:q"/></a>',
  ];
  test.each(texts)('%j', (text) => {
    const document = new DOMParser().parseFromString(text);
    for (const [form, own] of [
      [C14N, inclusive],
      [EXCLUSIVE, exclusive],
    ] as const) {
      expect(own(text)).toBe(new SignedXml().getCanonXml([form], document.documentElement, {}));
    }
  });

  test('of a part, too', () => {
    const text = '<a xmlns="urn:a" xmlns:p="urn:p"><b xmlns:q="urn:q"><part p:x="1"><q:c/></part></b></a>';
    const document = new DOMParser().parseFromString(text);
    const [element] = Array.from(document.getElementsByTagName('part'));
    if (!element) throw new Error('part');
    const ancestorNamespaces = findAncestorNs(document, "//*[local-name()='part']");
    for (const [form, name] of [
      [C14N, 'inclusive'],
      [EXCLUSIVE, 'exclusive'],
    ] as const) {
      expect(partOf(text, 'part', name)).toBe(
        new SignedXml().getCanonXml([form], element, { ancestorNamespaces }),
      );
    }
  });
});
