// Mutations of the request line, of the target and of line ends.

const METHODS = [
  "get", "Get", "OPTIONS", "TRACE", "CONNECT", "PRI", "PROPFIND", "M-SEARCH", "X_Y", "A.B", "G(T", "GE\0T", "", "G\tT",
  "QUERY", "PURGE", "GET:", "\xc7ET", "!", "POST", "HEAD",
];
const VERSIONS = [
  "HTTP/1.0", "HTTP/0.9", "HTTP/1.2", "HTTP/2.0", "http/1.1", "HTTP/1.1.1", "HTTP/1,1", "HTTP/11", "HTTP/01.1", "", "HTTP/1.",
  "HTTPS/1.1", "HTTP/1.1\0", "HTTP/+1.1", "HTTP/1.1 HTTP/1.1", "ICY/1.1",
];
const TARGETS = [
  "//page", "//evil.example/page", "/./page", "/a/../page", "/%2e/page", "/%2e%2e/page", "/a%2fb", "/a%2Fb", "/a%5cb", "/a\\b",
  "/a;b=c", "/page#part", "/page?a#b", "/a%00", "/a\0b", "/a%0d%0aX:%20y", "/%", "/%zz", "/%u0041", "/\xe9", "/a%252fb", "/~a",
  "/a%20b", "/a b", "/a\tb", "/%70age", "/PAGE", "/page/", "/page//x", "/page/.", "/page/..", "/page?x=/../y", "/page?x=%0a",
  "/page??", "/page?\"<>", "/a|b", "/a^b", "/a`b", "/{a}", "/a[b]", "/a\"b", "/<a>", "*", "page", "?x", "", "/page?x=%00", "/.%2e/a",
  "/api/open/x", "/api/closed", "/api/open/../closed", "/private/x", "/_next/data/b/private.json", "/private.rsc", "/%50rivate",
  "/a:b@c", "/a@b", "/a,b", "/a'b", "/a!$&()*+=b", "/page?x=\xe9", "/page?x='&y=`", "http:/page", "/http://evil.example/",
];

const absolute = (authority) => (request) => {
  request.target = `${authority(request.host)}${request.target}`;
};
const spaces = (...both) => (request) => {
  request.spaces = both;
};

export const START = {
  "two spaces before the target": spaces("  ", " "),
  "two spaces before the version": spaces(" ", "  "),
  "a tab before the target": spaces("\t", " "),
  "a tab before the version": spaces(" ", "\t"),
  "a form feed before the target": spaces("\f", " "),
  "no space before the version": spaces(" ", ""),
  "a space behind the version": (request) => void (request.version += " "),
  "an empty line first": (request) => void (request.before = "\r\n"),
  "a line feed first": (request) => void (request.before = "\n"),
  "a space first": (request) => void (request.before = " "),
  "a NUL first": (request) => void (request.before = "\0"),
  "a byte order mark first": (request) => void (request.before = "\xef\xbb\xbf"),
  "the absolute form": absolute((host) => `http://${host}`),
  "the absolute form of another host": absolute(() => "http://evil.example"),
  "the absolute form with userinfo": absolute((host) => `http://a@${host}`),
  "the absolute form with another scheme": absolute((host) => `https://${host}`),
  "the absolute form without an authority": absolute(() => "http://"),
  "the absolute form in upper case": absolute((host) => `HTTP://${host.toUpperCase()}`),
  "the absolute form without a path": (request) => void (request.target = `http://${request.host}`),
  "the absolute form with a query only": (request) => void (request.target = `http://${request.host}?x`),
  "the authority form": (request) => void (request.target = request.host),
  "another method": (request, random) => void (request.method = random.pick(METHODS)),
  "another version": (request, random) => void (request.version = random.pick(VERSIONS)),
  "another target": (request, random) => void (request.target = random.pick(TARGETS)),
  "another target and query": (request, random) => {
    request.target = `${random.pick(TARGETS)}?from=${random.pick(["a", "%2e", "//x", "a=b&c", "a;b", "%zz"])}`;
  },
  "a strange byte in the target": (request, random) => {
    request.target = `/pa${String.fromCharCode(random.below(256))}ge`;
  },
  "a strange encoded byte in the target": (request, random) => {
    request.target = `/pa%${random.below(256).toString(16).padStart(2, "0")}ge`;
  },
  "a very long target": (request, random) => void (request.target = `/${"a".repeat(random.pick([1000, 4000, 7000, 70000]))}`),
  "a bare line feed": (request, random) => {
    const ends = ["\r\n", ...request.lines.map(() => "\r\n")];
    ends[random.below(ends.length)] = random.pick(["\n", "\r", "\r\r\n", "\n\r\n", "\r\n\n"]);
    request.ends = ends;
  },
  "another end of the head": (request, random) => void (request.headEnd = random.pick(["\n", "\r", "\r\r\n", "", " \r\n", "\0\r\n"])),
};
