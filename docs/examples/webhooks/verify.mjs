// Was this webhook sent by Synqro, and just now? Node 18 or newer, no package.
import { createHmac, timingSafeEqual } from "node:crypto";

const TOLERANCE = 300; // seconds

// `headers` with names in lower case, as Node gives them; `body` the raw bytes.
export function verify(secret, headers, body) {
  const id = headers["webhook-id"];
  const sentAt = headers["webhook-timestamp"];
  if (!(Math.abs(Date.now() / 1000 - Number(sentAt)) <= TOLERANCE)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${sentAt}.`).update(body).digest();
  // Two signatures stand there while a secret is being replaced: one good one is enough.
  return (headers["webhook-signature"] ?? "").split(" ").some((signature) => {
    const [version, sent = ""] = signature.split(",");
    const given = Buffer.from(sent, "base64");
    return version === "v1" && given.length === expected.length && timingSafeEqual(given, expected);
  });
}
