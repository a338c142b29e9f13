export default function handler(_, response) {
  response.json({ answer: "SECRET-legacy" });
}
