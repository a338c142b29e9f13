export default function handler(_, response) {
  response.json({ answer: "OPEN-hello" });
}
