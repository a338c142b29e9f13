import { describe, expect, test } from "vitest";
import { PageAccess } from "../../src/middleware/access.js";
import { pageOf } from "../../src/middleware/page.js";
import { segmentsOf } from "../../src/middleware/path.js";

describe("a path", () => {
  test.each([
    ["/", []],
    ["/dashboard", ["dashboard"]],
    ["/dashboard/", ["dashboard"]],
    ["/%64ashboard", ["dashboard"]],
    ["/%40me/caf%c3%a9", ["@me", "café"]],
    ["/100%25", ["100%"]],
    ["/a%3Bb", ["a;b"]],
  ])("%s has one reading", (path, segments) => {
    expect(segmentsOf(path)).toEqual(segments);
  });

  test.each([
    "", "dashboard", "//", "//dashboard", "/a//b", "/a//", "/./a", "/a/..", "/%2e%2E/a", "/.%2e/a", "/a%2fb", "/a%5Cb", "/a\\b",
    "/a;b",
    "/a%252fb", "/a%252E", "/%", "/%zz", "/%ff", "/a%00", "/a%0a",
  ])("%s has more than one, or none", (path) => {
    expect(segmentsOf(path)).toBeUndefined();
  });
});

describe("a page", () => {
  test.each([
    ["/dashboard", "/dashboard", "path"],
    ["/dashboard.rsc", "/dashboard", "rsc"],
    ["/dashboard.prefetch.rsc", "/dashboard", "rsc"],
    ["/index.rsc", "/", "rsc"],
    ["/a/b.segments/a/b/__PAGE__.segment.rsc", "/a/b", "rsc"],
    ["/dashboard.segments/_tree", "/dashboard", "rsc"],
    ["/_next/data/build/account.json", "/account", "data"],
    ["/_next/data/build/account/orders/1.json", "/account/orders/1", "data"],
    ["/_next/data/build/index.json", "/", "data"],
    ["/_next/data/build/index/index.json", "/index", "data"],
    ["/_next/data/build/account", "/account", "data"],
    ["/_next/data/build/de/account.json", "/account", "data"],
    ["/_next/data/build/DE.json", "/", "data"],
    ["/_next/%64ata/build/account.json", "/account", "data"],
    ["/_next/static/chunks/app.js", "/_next/static/chunks/app.js", "asset"],
  ])("is asked for as %s", (path, page, transport) => {
    const found = pageOf(segmentsOf(path) ?? [], ["en", "de"]);
    expect([`/${found.page.join("/")}`, found.transport]).toEqual([page, transport]);
  });
});

describe("patterns", () => {
  test.each<[string, string[], string[]]>([
    [
      "/dashboard/**",
      ["/dashboard", "/dashboard/", "/dashboard/a/b", "/Dashboard", "/dashboard.txt"],
      ["/dashboards", "/", "/a/dashboard"],
    ],
    ["/profile", ["/profile", "/profile/", "/PROFILE"], ["/profile/x", "/profiles"]],
    ["/users/*/posts", ["/users/1/posts"], ["/users/posts", "/users/1/2/posts", "/users/1/posts/3"]],
    ["/**", ["/", "/a", "/a/b"], []],
    ["/@me/**", ["/@me", "/%40me/x"], ["/me"]],
  ])("%s", (pattern, closed, open) => {
    const access = new PageAccess([pattern], []);
    const needsSession = (path: string) => access.needsSession(segmentsOf(path) ?? []);
    expect(closed.filter(needsSession)).toEqual(closed);
    expect(open.filter(needsSession)).toEqual([]);
  });

  test("that open count as they are written", () => {
    const access = new PageAccess(["/docs/**"], ["/docs/help"]);
    const needsSession = (path: string) => access.needsSession(segmentsOf(path) ?? []);
    expect(["/docs/help", "/docs/HELP", "/docs/help.txt"].map(needsSession)).toEqual([false, true, true]);
  });

  test.each(["dashboard", "/a/**/b", "/a*", "/a**", "/a/../b", "/a//b", "/a;b"])("%s is none", (pattern) => {
    expect(() => new PageAccess([pattern], [])).toThrow(expect.objectContaining({ code: "configuration_invalid" }));
  });
});
