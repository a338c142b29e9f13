export default {
  poweredByHeader: false,
  // A lock file in a folder above must not make that folder the root of this app.
  outputFileTracingRoot: new URL(".", import.meta.url).pathname,
};
