// The cookies of a browser, without its rules about paths and hosts: everything here happens on one origin.

/** One `Set-Cookie` line, in its parts. */
export function parseSetCookie(line) {
  const [pair, ...attributes] = line.split(";").map((part) => part.trim());
  const [name, ...value] = pair.split("=");
  return { name, value: value.join("="), attributes, line };
}

function attribute(cookie, name) {
  const found = cookie.attributes.find((text) => text.toLowerCase().startsWith(`${name}=`));
  return found?.slice(name.length + 1);
}

/** Seconds from `now` on that the cookie lives; undefined for as long as the browser is open. */
export function lifetimeOf(cookie, now) {
  const maxAge = attribute(cookie, "max-age");
  if (maxAge !== undefined) return Number(maxAge);
  const expires = attribute(cookie, "expires");
  return expires === undefined ? undefined : (Date.parse(expires) - now) / 1000;
}

export class Jar {
  cookies = new Map();

  keep(lines, now) {
    for (const cookie of lines.map(parseSetCookie)) {
      if ((lifetimeOf(cookie, now) ?? 1) <= 0) this.cookies.delete(cookie.name);
      else this.cookies.set(cookie.name, cookie.value);
    }
  }

  header() {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  copy() {
    const copy = new Jar();
    copy.cookies = new Map(this.cookies);
    return copy;
  }

  /** The names of which one fits, in their order. */
  names(pattern) {
    return [...this.cookies.keys()].filter((name) => pattern.test(name));
  }
}
