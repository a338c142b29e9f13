import * as client from "next-auth-v5/react";
import { show } from "./page.jsx";

show(client);
