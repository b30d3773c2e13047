import { defineConfig } from 'prisma/config';

// `prisma generate` only needs the schema engine's path to exist; the engine itself is a separate download that
// closed networks do not have, and our migrations do not use it (core/db/migrate.ts).
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
});
