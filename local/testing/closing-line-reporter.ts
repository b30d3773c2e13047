import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the run with one line, `N passed, N failed, N skipped`, after the reasons of what was left out. A file that cannot
 * be loaded, a failed hook and an error outside of any test count as a failure each: a run with any never ends in "0 failed".
 */
export class ClosingLineReporter implements Reporter {
  readonly #notes: readonly string[];

  constructor(notes: readonly string[]) {
    this.#notes = notes;
  }

  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const lines = [...this.#notes, closingLine(modules, unhandled.length)];
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}

function closingLine(modules: readonly TestModule[], unhandled: number): string {
  const counts = { passed: 0, failed: unhandled, skipped: 0, pending: 0 };
  for (const module of modules) {
    counts.failed += module.errors().length;
    for (const suite of module.children.allSuites()) counts.failed += suite.errors().length;
    for (const test of module.children.allTests()) counts[test.result().state] += 1;
  }
  // A test that was never finished (the run was broken off) is no success, nor is a run that could not begin.
  const failed = modules.length === 0 ? Math.max(counts.failed, 1) : counts.failed + counts.pending;
  return `${counts.passed} passed, ${failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`;
}
