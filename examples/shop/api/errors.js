/** An error the caller may read: answered as `{ code, message }` with this HTTP status. */
export class HttpError extends Error {
  constructor(status, code, message) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
