import { describe, expect, it } from "vitest";
import { findProgram, NoProgram } from "../lib/find-program.js";
import { packageName, PLATFORMS, programFile } from "../lib/platforms.js";

const nothing = () => {
  throw new Error("Cannot find module");
};

describe("where the program is", () => {
  it.each(PLATFORMS)("on $platform $arch it is in the package of that platform", (one) => {
    const found = findProgram({ ...one, environment: {}, resolve: (file) => `/modules/${file}` });
    expect(found).toBe(`/modules/${packageName(one)}/${programFile(one)}`);
  });

  it("is what CROSSGATE_BINARY names, on every platform", () => {
    const environment = { CROSSGATE_BINARY: "/opt/crossgate" };
    expect(findProgram({ platform: "sunos", arch: "sparc", environment, resolve: nothing })).toBe("/opt/crossgate");
  });

  it("says what to do where there is no program for the platform", () => {
    const find = () => findProgram({ platform: "sunos", arch: "sparc", environment: {}, resolve: nothing });
    expect(find).toThrow(NoProgram);
    expect(find).toThrow(/sunos on sparc.*CROSSGATE_BINARY/);
  });

  it("says what to do where npm left the platform's package out", () => {
    const find = () => findProgram({ platform: "linux", arch: "x64", environment: {}, resolve: nothing });
    expect(find).toThrow(/@crossgate\/linux-x64 is not installed.*Install again/);
  });
});
