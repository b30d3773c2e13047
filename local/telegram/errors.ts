/** An answer of the Bot API that is not a success. Texts as in tdlib/telegram-bot-api `Client.cpp`. */
export class ApiError extends Error {
  readonly code: number;
  readonly parameters: { retry_after: number } | undefined;

  constructor(code: number, description: string, retryAfter?: number) {
    super(description);
    this.code = code;
    this.parameters = retryAfter === undefined ? undefined : { retry_after: retryAfter };
  }
}

export const bad = (text: string): ApiError => new ApiError(400, `Bad Request: ${text}`);
export const forbidden = (text: string): ApiError => new ApiError(403, `Forbidden: ${text}`);
export const conflict = (text: string): ApiError => new ApiError(409, `Conflict: ${text}`);
export const tooMany = (seconds: number): ApiError =>
  new ApiError(429, `Too Many Requests: retry after ${seconds}`, seconds);

/** The person side was asked for something a person cannot do (no such button, no such chat). */
export class SimError extends Error {
  readonly code: number;
  /** A word for the page, which has its own sentence for it. */
  readonly reason: string | undefined;

  constructor(message: string, code = 400, reason?: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}
