import { clientCases } from "../../support/client/cases.js";

clientCases("c-client-v5-beta-30", "next-auth-v5-beta-30", { version: "5.0.0-beta.30" });
