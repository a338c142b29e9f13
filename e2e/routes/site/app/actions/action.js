"use server";

export async function secretAction() {
  return "SECRET-action";
}
