"""Hears of low stock and of payouts. Needs verify.py, call.py and book.py beside it."""

import json
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from threading import Thread

from book import book
from verify import verify

SECRET = os.environ["SYNQRO_WEBHOOK_SECRET"]
PORT = int(os.environ.get("PORT", 9000))
waiting = Queue()  # in real life a table of your database


class Receiver(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        known = verify(SECRET, self.headers, body)
        if known:
            waiting.put(json.loads(body))  # a long payout takes longer than the answer may
        self.send_response(204 if known else 401)
        self.end_headers()

    def log_message(self, *args):
        pass


server = ThreadingHTTPServer(("127.0.0.1", PORT), Receiver)
Thread(target=server.serve_forever, daemon=True).start()
print(f"Listening on http://127.0.0.1:{PORT}/hooks", flush=True)
while True:
    event = waiting.get()
    data = event["data"]
    if event["event"] == "stock.low":
        print("Make more of", data["title"], "of which are left:", data["available"], flush=True)
    elif event["event"] == "settlement.completed":
        said = "booked" if book(data) else "known"
        print(data["id"], data["totals"]["net"], data["currency"], said, flush=True)
