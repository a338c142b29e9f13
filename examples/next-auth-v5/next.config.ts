import type { NextConfig } from "next";

const nextConfig: NextConfig = {
  reactStrictMode: true,
  poweredByHeader: false,
  // A lock file in a folder above must not make that folder the root of this app.
  turbopack: { root: __dirname },
};

export default nextConfig;
