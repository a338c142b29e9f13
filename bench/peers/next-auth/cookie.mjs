// Prints the cookie of somebody who is signed in, sealed as next-auth seals it.
//
// usage: node cookie.mjs <secret> <access token>
import jwt from "next-auth/jwt";

const [secret, accessToken] = process.argv.slice(2);
const token = { sub: "1", name: "Bench", email: "bench@shop.example", accessToken };
process.stdout.write(`next-auth.session-token=${await jwt.encode({ token, secret })}`);
