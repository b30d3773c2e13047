/** `npm run -s bench -- NAME`: runs local/bench/NAME.ts; the last line is its report as one JSON object. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './report.ts';

const HELPERS = new Set(['run', 'report']);
const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -3))
  .filter((name) => !HELPERS.has(name));

const [name] = process.argv.slice(2);
if (name === undefined || !names.includes(name)) {
  process.stderr.write(`bench: name one of: ${names.join(', ')}\n`);
  process.exit(1);
}

const { run } = (await import(join(import.meta.dirname, `${name}.ts`))) as { run: Benchmark };
const report = await run((line) => process.stdout.write(`${line}\n`));
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
