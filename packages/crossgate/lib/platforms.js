/**
 * The platforms that have a package of their own with the program in it: as Node names them, and as Rust does.
 */
export const PLATFORMS = [
  { platform: "linux", arch: "x64", target: "x86_64-unknown-linux-gnu" },
  { platform: "linux", arch: "arm64", target: "aarch64-unknown-linux-gnu" },
  { platform: "darwin", arch: "x64", target: "x86_64-apple-darwin" },
  { platform: "darwin", arch: "arm64", target: "aarch64-apple-darwin" },
  { platform: "win32", arch: "x64", target: "x86_64-pc-windows-msvc" },
];

/** The package with the program for a platform. */
export function packageName({ platform, arch }) {
  return `@crossgate/${platform}-${arch}`;
}

/** The program's file in that package. */
export function programFile({ platform }) {
  return platform === "win32" ? "bin/crossgate.exe" : "bin/crossgate";
}
