import { clientCases } from "../../support/client/cases.js";

clientCases("c-client-v5", "next-auth-v5");
