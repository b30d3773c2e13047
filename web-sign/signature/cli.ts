import { verifySignature } from './command.ts';

const { code, stdout, stderr } = verifySignature({
  args: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  now: new Date(),
});
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = code;
