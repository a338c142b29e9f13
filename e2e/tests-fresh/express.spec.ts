// Express APIs that use @crossgate/express, of both majors and loaded in both ways, with the tokens that Crossgate issues.
import { POSITIONS } from "./support/environment.ts";
import { ADA, expect, GRACE, openJson, signIn, test } from "./support/fixtures.ts";

for (const position of POSITIONS) {
  test.describe(`an API of an app ${position}`, () => {
    test.use({ baseURL: async ({ site }, use) => use(site.addresses[position]) });

    test("requireSession: only people who are signed in, and it knows who they are", async ({ page, context, site, baseURL }) => {
      expect(await openJson(page, "/api/me")).toMatchObject({ status: 401, body: { error: "not_signed_in" } });
      await signIn(context, ADA, baseURL!);
      const me = { subject: "ada", role: "admin", kind: site.apis[position] };
      expect(await openJson(page, "/api/me")).toEqual({ status: 200, body: me });
    });

    test("optionalSession: everybody", async ({ page, context, baseURL }) => {
      expect(await openJson(page, "/api/visitor")).toEqual({ status: 200, body: { subject: null } });
      await signIn(context, GRACE, baseURL!);
      expect(await openJson(page, "/api/visitor")).toEqual({ status: 200, body: { subject: "grace" } });
    });

    test("requireRole and requireClaim: whoever has it", async ({ page, context, baseURL }) => {
      await signIn(context, GRACE, baseURL!);
      expect(await openJson(page, "/api/admin")).toMatchObject({ status: 403, body: { error: "forbidden" } });
      expect(await openJson(page, "/api/customers")).toEqual({ status: 200, body: { offer: "ten percent" } });
      await signIn(context, ADA, baseURL!);
      expect(await openJson(page, "/api/admin")).toEqual({ status: 200, body: { secret: "the safe" } });
      expect(await openJson(page, "/api/customers")).toMatchObject({ status: 403, body: { error: "forbidden" } });
    });

    test("introspect: Crossgate says that the session is still there", async ({ page, context, baseURL }) => {
      await signIn(context, ADA, baseURL!);
      expect(await openJson(page, "/api/live")).toEqual({ status: 200, body: { subject: "ada" } });
    });

    test("identityOf and CrossgateError: a forgotten check is an error of the API", async ({ page, context, baseURL }) => {
      await signIn(context, ADA, baseURL!);
      expect(await openJson(page, "/api/forgotten")).toEqual({ status: 500, body: { code: "identity_missing" } });
    });
  });
}
