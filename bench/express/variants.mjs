// The ways to verify a token that are compared: each gives the middleware of one route.
import { createPublicKey, createSecretKey } from "node:crypto";
import { createVerifier } from "fast-jwt";
import { auth } from "express-oauth2-jwt-bearer";
import { createRemoteJWKSet, jwtVerify } from "jose";
import jsonwebtoken from "jsonwebtoken";
import { crossgate } from "../../packages/express/dist/index.js";

const tokenOf = (request) => request.headers.authorization?.slice("Bearer ".length) ?? "";

function synchronous(verify) {
  return (request, response, next) => {
    try {
      request.claims = verify(tokenOf(request));
    } catch (error) {
      return next(error);
    }
    next();
  };
}

function fastJwt({ algorithm, issuer, audience, verificationKey }, cache) {
  const rules = { algorithms: [algorithm], allowedIss: issuer, allowedAud: audience, checkTyp: "at+jwt" };
  return synchronous(createVerifier({ key: verificationKey, cache, ...rules }));
}

/** By their names in the table. The first is the one that all are compared with, itself too: that shows the noise. */
export const variants = {
  "no verification": () => [],
  "a middleware that does nothing": () => [(_request, _response, next) => next()],
  "@crossgate/express": ({ issuer, audience, secret }) => [crossgate({ issuer, audience, ...(secret && { secret }) }).requireSession()],
  jose: ({ algorithm, issuer, audience, secret }) => {
    const keys = secret ? createSecretKey(secret, "utf8") : createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    const rules = { algorithms: [algorithm], issuer, audience, typ: "at+jwt" };
    return [(request, response, next) => {
      jwtVerify(tokenOf(request), keys, rules).then(({ payload }) => {
        request.claims = payload;
        next();
      }, next);
    }];
  },
  // A key that is text would be parsed for each token.
  jsonwebtoken: ({ algorithm, issuer, audience, secret, verificationKey }) => {
    const rules = { algorithms: [algorithm], issuer, audience };
    const key = secret ? createSecretKey(secret, "utf8") : createPublicKey(verificationKey);
    return [synchronous((token) => jsonwebtoken.verify(token, key, rules))];
  },
  "fast-jwt": (settings) => [fastJwt(settings, false)],
  "fast-jwt with its cache": (settings) => [fastJwt(settings, 10_000)],
  "express-oauth2-jwt-bearer": ({ algorithm, issuer, audience, secret }) => {
    const keys = secret ? { secret } : { jwksUri: `${issuer}/.well-known/jwks.json` };
    return [auth({ issuer, audience, tokenSigningAlg: algorithm, strict: true, ...keys })];
  },
};
