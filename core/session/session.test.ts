import { afterAll, describe } from 'vitest';
import { testDatabase } from '../../local/testing/database.ts';
import { fixedClock } from '../clock.ts';
import { openDb } from '../db/db.ts';
import { postgresSessions } from './postgres.ts';
import { behavesAsSessionStore } from './testing/behaviour.ts';

const database = await testDatabase();
const db = openDb(database.url, { max: 2 });
afterAll(() => db.close());

describe('sessions in PostgreSQL', () => {
  behavesAsSessionStore(() => postgresSessions(db, fixedClock('2026-09-01T05:00:00Z')));
});
