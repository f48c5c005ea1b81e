"""Receives Synqro's webhooks and prints what came. Needs verify.py beside it, nothing else."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from verify import verify

SECRET = os.environ["SYNQRO_WEBHOOK_SECRET"]
PORT = int(os.environ.get("PORT", 9000))
seen = set()  # in real life a table of your database


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not verify(SECRET, self.headers, body):
            return self.answer(401)
        event = json.loads(body)
        if event["id"] not in seen:  # it may come twice
            seen.add(event["id"])
            print(event["event"], event["id"], "verified", flush=True)
        self.answer(204)

    def answer(self, status):
        self.send_response(status)
        self.end_headers()

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", PORT), Receiver)
print(f"Listening on http://127.0.0.1:{PORT}/hooks", flush=True)
server.serve_forever()
