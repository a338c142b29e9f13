import { type ReactNode, Suspense } from "react";
import { Providers } from "@/components/providers";

/** Everything below depends on who asks, which an app with Cache Components has to wait for. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <body>
        <Suspense>
          <Providers>{children}</Providers>
        </Suspense>
      </body>
    </html>
  );
}
