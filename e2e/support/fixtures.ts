import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";
import { type Person, fillCart, placeOrder, register } from "./people.ts";
import { signIn } from "./sessions.ts";

/** Somebody with an order and a filled cart, and the texts by which one recognises them on a page. */
export type Customer = Person & { orderNote: string; orderId: number };

type Fixtures = {
  /** Has an account; nobody is signed in. */
  ada: Customer;
  grace: Customer;
  /** The page of a browser in which Ada is signed in. */
  adasPage: Page;
  /** Another browser. Closed after the test. */
  newBrowser: () => Promise<BrowserContext>;
};

async function newCustomer(name: string): Promise<Customer> {
  const person = await register(name);
  const orderNote = `${person.name}'s secret order`;
  const orderId = await placeOrder(person, orderNote);
  await fillCart(person, 5);
  return { ...person, orderNote, orderId };
}

export const test = base.extend<Fixtures>({
  ada: async ({}, use) => use(await newCustomer("Ada")),
  grace: async ({}, use) => use(await newCustomer("Grace")),
  adasPage: async ({ page, context, ada }, use) => {
    await signIn(context, ada);
    await use(page);
  },
  newBrowser: async ({ browser }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async () => {
      const context = await browser.newContext();
      contexts.push(context);
      return context;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },
});

export { expect };
