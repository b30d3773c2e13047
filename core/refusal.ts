/** What fills the gaps of a refusal's text. Never personal data: a refusal may be logged. */
export type RefusalParams = Readonly<Record<string, string | number | boolean | null>>;

/**
 * A rule says no. The only way core refuses: `code` has a text `refusal.<code>` in every language with the reason and
 * what to do next; anything else that is thrown is a fault of the infrastructure or a bug, and is never shown.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly params: RefusalParams;

  constructor(code: string, params: RefusalParams = {}) {
    super(code);
    this.name = 'Refusal';
    this.code = code;
    this.params = params;
  }
}
