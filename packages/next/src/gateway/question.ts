// What both ways of asking Crossgate have in common.

/** Something to ask Crossgate with GET. */
export interface Question {
  /** Where it is reached. */
  readonly address: URL;
  /** Under which name it answers. */
  readonly publicUrl: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

/** Crossgate answers to its public name only. As a trusted proxy this server may say which one was asked for. */
export function forwardedHeaders(publicUrl: string): Record<string, string> {
  const { host, protocol } = new URL(publicUrl);
  return { "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1) };
}
