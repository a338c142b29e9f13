import { clientCases } from "../../support/client/cases.js";

clientCases("b-client-v4", "next-auth-v4");
