import { expect, test } from 'vitest';
import { civil } from '../../core/calendar/civil-date.ts';
import { makeIin } from '../../core/people/iin.ts';
import { testDatabase } from '../testing/database.ts';
import { openSandboxRegistry, RegistryDown } from './sandbox.ts';

const { pool } = await testDatabase();
const parent = makeIin(civil('1990-01-01'), 'female', 9001);
const child = makeIin(civil('2023-05-14'), 'male', 9010);
if (parent === undefined || child === undefined) throw new Error('no such IIN');

test('several processes may open it at once, and it knows what was added', async () => {
  const [sandbox, second] = await Promise.all([
    openSandboxRegistry(pool),
    openSandboxRegistry(pool),
    openSandboxRegistry(pool),
  ]);
  const person = {
    iin: parent,
    surname: 'Сыналова',
    name: 'Айгүл',
    patronymic: null,
    birthDate: civil('1990-01-01'),
  };
  const records = {
    persons: [person],
    phones: [{ iin: parent, phone: '+77011234567' }],
    parents: [{ child, parent }],
  };
  await sandbox.add(records);
  await second.add(records);
  await second.add({});
  expect(await second.registry.person(parent)).toEqual(person);
  expect(await second.registry.person(child)).toBeUndefined();
  expect(await second.registry.parents(child)).toEqual([parent]);
  expect(await second.mobileBase.belongs(parent, '+77011234567')).toBe(true);
  expect(await second.mobileBase.belongs(parent, '+77011234568')).toBe(false);
});

test('a base that is down is down for every process', async () => {
  const sandbox = await openSandboxRegistry(pool);
  const other = await openSandboxRegistry(pool);
  await sandbox.setDown('REGISTRY', true);
  await expect(other.registry.person(parent)).rejects.toBeInstanceOf(RegistryDown);
  await expect(other.registry.parents(child)).rejects.toBeInstanceOf(RegistryDown);
  await expect(other.mobileBase.belongs(parent, '+77011234567')).resolves.toBe(true);
  await other.setDown('REGISTRY', false);
  await expect(sandbox.registry.parents(child)).resolves.toEqual([parent]);
});
