import type pg from 'pg';
import { createSecrets, type IinColumns, type Secrets } from '../../core/db/crypto.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { RegisteredPerson } from '../../core/ports.ts';
import type { SandboxRegistry } from '../registry/sandbox.ts';
import { addressOf } from './addresses.ts';
import type { Family } from './families.ts';
import type { Flow } from './flow.ts';
import type { Numbered } from './numbering.ts';
import { writeDocuments } from './papers.ts';
import type { Adult, Named } from './people.ts';
import { insert, inTransaction } from './sql.ts';
import { writeApplications, writeBenefits, writeHistory, writeTimers } from './write-queue.ts';

export interface Writing {
  readonly pool: pg.Pool;
  readonly dataKey: Buffer;
  readonly publicUrl: string;
  /** By district code. */
  readonly policies: ReadonlyMap<string, Policy>;
  readonly risenAt: Flow['risenAt'];
}

/**
 * Puts families into the queue as they stood at `asOf`: what registration and the yearly confirmations leave behind –
 * people, applications, history, deadlines, papers – without the notices, which were sent long ago.
 */
export async function writeFamilies(
  writing: Writing,
  families: readonly Family[],
  numbered: ReadonlyMap<string, Numbered>,
  asOf: Date,
): Promise<void> {
  const secrets = createSecrets(writing.dataKey);
  const mine = families
    .flatMap((family) => family.applications)
    .map((application) => {
      const found = numbered.get(application.id);
      if (found === undefined) throw new Error('an application has no number');
      return found;
    });
  await inTransaction(writing.pool, async (client) => {
    await writePeople(client, secrets, families);
    await writeChildren(client, secrets, mine);
    // Foreign keys are checked by plans made when the tables were small: without this, by reading them whole each time.
    await client.query('ANALYZE person, child');
    await writeApplications(client, mine, asOf, writing.risenAt);
    await client.query('ANALYZE application');
    await writeHistory(client, mine, writing.policies);
    await writeBenefits(client, mine, writing.risenAt);
    await writeTimers(client, mine, asOf);
    await writeDocuments(client, mine, writing);
  });
}

/** Makes families known to the state's bases: who they are, whose phone is whose, who is whose parent. */
export async function makeKnown(
  sandbox: SandboxRegistry,
  families: readonly Family[],
  others: readonly Adult[],
): Promise<void> {
  const parentsOf = ({ applicant, spouse }: Family): Adult[] => (spouse ? [applicant, spouse] : [applicant]);
  const childrenOf = ({ applications, notQueued }: Family): Named[] => [
    ...applications.map(({ child }) => child),
    ...notQueued,
  ];
  const adults = [...others, ...families.flatMap(parentsOf)];
  const settled = (family: Family): RegisteredPerson[] => {
    const home = family.applications[0]?.district;
    return parentsOf(family).map((adult) =>
      home === undefined ? adult : { ...adult, address: addressOf(adult, home) },
    );
  };
  await sandbox.add({
    persons: [...others, ...families.flatMap(settled), ...families.flatMap(childrenOf)],
    phones: adults.map(({ iin, phone }) => ({ iin, phone })),
    parents: families.flatMap((family) =>
      childrenOf(family).flatMap((child) =>
        parentsOf(family).map((parent) => ({ child: child.iin, parent: parent.iin })),
      ),
    ),
  });
}

const sealed = ({ iin_cipher, iin_hash }: IinColumns) => ({
  cipher: Buffer.from(iin_cipher).toString('base64'),
  hash: Buffer.from(iin_hash).toString('base64'),
});
const IIN_SELECT = "decode(cipher, 'base64'), decode(hash, 'base64')";
const IIN_SHAPE = 'cipher text, hash text';

async function writePeople(
  client: pg.ClientBase,
  secrets: Secrets,
  families: readonly Family[],
): Promise<void> {
  const applicants = families
    .filter(({ applications }) => applications.length > 0)
    .map(({ applicant, applications }) => ({
      applicant,
      at: new Date(Math.min(...applications.map(({ registeredAt }) => registeredAt.getTime()))),
    }));
  await insert(
    client,
    {
      into: 'person (id, iin_cipher, iin_hash, surname, name, patronymic, birth_date, language, created_at)',
      select: `id, ${IIN_SELECT}, surname, name, patronymic, birth, language, at`,
      shape: `id uuid, ${IIN_SHAPE}, surname text, name text, patronymic text, birth date, language text, at timestamptz`,
    },
    applicants.map(({ applicant: { iin, birthDate, phone: _, email: __, ...person }, at }) => ({
      ...person,
      ...sealed(secrets.sealIin(iin)),
      birth: birthDate,
      at,
    })),
  );
  await insert(
    client,
    {
      into: 'contact (person_id, kind, value, is_main, confirmed_at, created_at)',
      select: 'person, kind, value, true, at, at',
      shape: 'person uuid, kind text, value text, at timestamptz',
    },
    applicants.flatMap(({ applicant: { id, phone, email }, at }) => {
      const main = { person: id, kind: 'PHONE', value: phone, at };
      return email === null ? [main] : [main, { ...main, kind: 'EMAIL', value: email }];
    }),
  );
}

async function writeChildren(
  client: pg.ClientBase,
  secrets: Secrets,
  mine: readonly Numbered[],
): Promise<void> {
  await insert(
    client,
    {
      into: 'child (id, iin_cipher, iin_hash, surname, name, patronymic, birth_date, created_at)',
      select: `id, ${IIN_SELECT}, surname, name, patronymic, birth, at`,
      shape: `id uuid, ${IIN_SHAPE}, surname text, name text, patronymic text, birth date, at timestamptz`,
    },
    mine.map(({ application: { child, registeredAt } }) => {
      const { iin, birthDate, ...rest } = child;
      return { ...rest, ...sealed(secrets.sealIin(iin)), birth: birthDate, at: registeredAt };
    }),
  );
}
