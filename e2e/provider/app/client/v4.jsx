import * as client from "next-auth/react";
import { show } from "./page.jsx";

show(client);
