// Receives Synqro's webhooks and prints what came. Needs verify.mjs beside it, nothing else.
import { createServer } from "node:http";
import { verify } from "./verify.mjs";

const secret = process.env.SYNQRO_WEBHOOK_SECRET;
const port = Number(process.env.PORT ?? 9000);
const seen = new Set(); // in real life a table of your database

createServer(async (request, response) => {
  const pieces = [];
  for await (const piece of request) pieces.push(piece);
  const body = Buffer.concat(pieces);
  if (!verify(secret, request.headers, body)) return response.writeHead(401).end();
  const event = JSON.parse(body);
  if (!seen.has(event.id)) { // it may come twice
    seen.add(event.id);
    console.log(event.event, event.id, "verified");
  }
  response.writeHead(204).end();
}).listen(port, "127.0.0.1", () => console.log(`Listening on http://127.0.0.1:${port}/hooks`));
