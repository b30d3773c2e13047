import type { Clock } from './clock.ts';
import type { Secrets } from './db/crypto.ts';
import type { Db, WriteTx } from './db/db.ts';
import type { DocumentId } from './ids.ts';
import type { Policies } from './policy/policy.ts';
import type { Log, MobileBase, PersonRegistry, SmsGateway } from './ports.ts';
import type { ScanStore } from './scan/api.ts';

export interface CoreConfig {
  /** 32 bytes: IINs and messages in are encrypted with keys derived from it. */
  readonly dataKey: Buffer;
  /** Where documents can be checked, without a slash at the end. */
  readonly publicUrl: string;
  readonly supportPhone: string;
  /** Whether signatures can be verified here: without trusted authorities ЭЦҚ is not offered. */
  readonly digitalSignature: boolean;
}

export interface CoreDeps {
  readonly db: Db;
  readonly clock: Clock;
  readonly log: Log;
  readonly config: CoreConfig;
  readonly ports: {
    readonly registry: PersonRegistry;
    readonly mobileBase: MobileBase;
    readonly sms: SmsGateway;
  };
  readonly scanStore: ScanStore;
}

/** A document of legal weight that an action owes: its data are frozen in the action's transaction. */
export interface OwedDocument {
  readonly kind: 'REGISTRATION' | 'REFERRAL';
  readonly applicationId: string;
  readonly referralId?: string;
  readonly data: unknown;
}

/** What the rooms of the queue share. */
export interface QueueDeps extends CoreDeps {
  readonly policies: Policies;
  readonly secrets: Secrets;
  readonly issueDocument: (tx: WriteTx, at: Date, document: OwedDocument) => Promise<DocumentId>;
}
