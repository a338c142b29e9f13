import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    typecheck: { enabled: true, include: ["test-types/**/*.test-d.{ts,tsx}"], tsconfig: "test-types/tsconfig.json" },
  },
});
