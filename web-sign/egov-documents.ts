import {
  localDate,
  localTime,
  type PhoneRequest,
  type Signable,
  type StatementAbout,
} from '../core/index.ts';
import { type TextKey, type TextLanguage, texts } from '../locales/index.ts';
import type { SignSettings } from './sign-settings.ts';
import { SignatureRefused } from './signature/reasons.ts';

/** The names of the phone app's protocol (EDS.md §5.1). */
export interface SignedDocuments {
  readonly documentsToSign: readonly [
    {
      readonly documentXml?: string;
      readonly document?: { readonly file?: { readonly data?: string } };
    },
  ];
}

type Format = 'XML' | 'PDF';
type Kind = StatementAbout['kind'] | 'LOGIN';

/** Answers API №1: who asks to sign, what for, until when, and where the document is. */
export function phoneRequestOnWire(
  { publicUrl, organisation }: SignSettings,
  request: PhoneRequest,
  language: TextLanguage,
) {
  const kind = request.about?.kind ?? 'LOGIN';
  return {
    description: texts(language).plain(`signPage.egov.description.${kind}` satisfies TextKey),
    expiry_date: egovTime(request.expiresAt),
    organisation: {
      nameRu: organisation.nameRu,
      nameKz: organisation.nameKk,
      nameEn: organisation.nameEn,
      bin: organisation.bin,
    },
    document: {
      uri: `${publicUrl}/egov/document/${request.id}`,
      auth_type: 'Token',
      auth_token: request.auth,
    },
  };
}

/** Answers API №2: the document itself. No personal data beside it: the app shows and may log the rows of `meta`. */
export function documentOnWire(
  signable: Signable & { readonly format: Format },
  about: StatementAbout | null,
  language: TextLanguage,
) {
  const kind: Kind = about?.kind ?? 'LOGIN';
  const bytes = Buffer.from(signable.content);
  const named = {
    id: 1,
    nameRu: texts('ru').plain(`signPage.egov.name.${kind}` satisfies TextKey),
    nameKz: texts('kk').plain(`signPage.egov.name.${kind}` satisfies TextKey),
    nameEn: texts('kk').plain(`signPage.egov.nameEn.${kind}` satisfies TextKey),
    meta: about === null ? [] : metaOf(about, language),
  };
  return signable.format === 'PDF'
    ? {
        signMethod: 'CMS_SIGN_ONLY',
        version: 1,
        documentsToSign: [
          { ...named, document: { file: { mime: '@file/pdf', data: bytes.toString('base64') } } },
        ],
      }
    : {
        signMethod: 'XML',
        version: 1,
        documentsToSign: [{ ...named, documentXml: bytes.toString('utf8') }],
      };
}

function metaOf(about: StatementAbout, language: TextLanguage): { name: string; value: string }[] {
  const t = texts(language);
  return [
    ...(about.applicationNumber === null
      ? []
      : [{ name: t.plain('signPage.row.application'), value: about.applicationNumber }]),
    { name: t.plain('signPage.row.district'), value: t.pick(about.district) },
    ...about.groups.map(({ kindergarten, name }) => ({
      name: t.plain('signPage.row.kindergarten'),
      value: `${t.pick(kindergarten)}, ${name}`,
    })),
    ...about.kindergartens.map(({ kindergarten }) => ({
      name: t.plain('signPage.row.kindergarten'),
      value: t.pick(kindergarten),
    })),
  ];
}

/** What the phone has signed: the text with the signature in it, or a CMS beside the paper. @throws SignatureRefused */
export function signedBy({ documentsToSign: [one] }: SignedDocuments, format: Format) {
  if (format === 'XML') {
    if (!one.documentXml) throw new SignatureRefused('empty', 'no documentXml');
    return { format: 'XML', xml: one.documentXml } as const;
  }
  const text = one.document?.file?.data ?? '';
  const base64 = text.replace(/-----(?:BEGIN|END) CMS-----/g, '').replace(/\s+/g, '');
  if (base64 === '') throw new SignatureRefused('empty', 'no data');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) throw new SignatureRefused('not-der', 'not base64');
  return { format: 'CMS', der: new Uint8Array(Buffer.from(base64, 'base64')) } as const;
}

/** `2026-11-22T16:21:37.06+0500`, local time. */
export function egovTime(at: Date): string {
  const seconds = at.toISOString().slice(17, 22);
  return `${localDate(at)}T${localTime(at)}:${seconds}+0500`;
}
