// Sends one file by tus 1.0 in pieces, and goes on where it broke off.
const PIECE = 5 * 1024 * 1024, WAITS = [2, 4, 8, 16, 30], AT_ONCE = 2;
const queue = new Set(), running = new Set();

function next() {
  for (const one of queue) {
    if (running.size >= AT_ONCE) return;
    queue.delete(one);
    running.add(one);
    one.run().finally(() => { running.delete(one); next(); });
  }
}

class Refused extends Error {}
class Later extends Error {}

/** What a file's last change is written as in the page's address. */
export const mark = (file) => file.lastModified.toString(36);

/**
 * One upload. `tell` hears of every change: `state` is queued, sending, waiting, stopped, refused
 * or ready, `sent` the bytes that are there, `left` the seconds to go or null, `words` the server's
 * own where it said some. With `token` it goes on where an earlier page broke off.
 */
export class Sending {
  state = "queued"; sent = 0; left = null; words = ""; #url; #xhr; #wake; #tries = 0; #over = false; #since = []; #home; #key;

  constructor(file, { home, key, id = null, token = null, tell }) {
    Object.assign(this, { file, id, token, tell });
    [this.#home, this.#key] = [home, key];
    if (token) this.#url = `${home}/tus/${token}`;
    addEventListener("online", this);
    addEventListener("offline", this);
  }

  start() {
    this.#tries = 0;
    this.#say("queued");
    queue.add(this);
    next();
  }

  /** End it and forget what has arrived. */
  async cancel() {
    this.#over = true;
    queue.delete(this);
    this.#xhr?.abort();
    this.#wake?.();
    removeEventListener("online", this);
    removeEventListener("offline", this);
    await takeBack(this.#home, this.#key, this.id, this.token);
  }

  handleEvent({ type }) {
    if (type === "offline") this.#xhr?.abort();
    else if (this.state === "stopped") this.start();
    else this.#wake?.();
  }

  async run() {
    while (!this.#over) {
      try {
        return await this.#send();
      } catch (error) {
        if (this.#over) return;
        if (error instanceof Refused) return this.#say("refused", error.message);
        if (this.#tries >= WAITS.length) return this.#say("stopped", error.message);
        this.#say("waiting", error.message);
        await this.#pause(WAITS[this.#tries++] * 1000);
      }
    }
  }

  async #send() {
    if (!this.#url || !(await this.#find())) await this.#begin();
    this.#since = [];
    while (this.sent < this.file.size && !this.#over) await this.#piece();
    if (this.#over) return;
    const query = new URLSearchParams({ id: this.id, token: this.token });
    this.mesh = JSON.parse((await this.#ask("GET", `${this.#home}?${query}`)).responseText).mesh;
    this.#say("ready");
  }

  // Where it goes on; false where nothing is left of it.
  async #find() {
    try {
      this.sent = Number((await this.#ask("HEAD", this.#url)).getResponseHeader("Upload-Offset"));
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  async #begin() {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(this.file.name)));
    const headers = { "Upload-Length": this.file.size, "Upload-Metadata": `filename ${name}` };
    const answer = await this.#ask("POST", `${this.#home}/tus`, headers);
    this.id = answer.getResponseHeader("Synqro-Upload-Id");
    this.token = answer.getResponseHeader("Synqro-Upload-Token");
    this.#url = `${this.#home}/tus/${this.token}`;
    this.sent = 0;
    this.#say("sending");
  }

  async #piece() {
    const from = this.sent, body = this.file.slice(from, from + PIECE);
    const headers = { "Upload-Offset": from, "Content-Type": "application/offset+octet-stream" };
    const answer = await this.#ask("PATCH", this.#url, headers, body, (loaded) => {
      this.sent = from + loaded;
      this.#say("sending");
    });
    this.sent = Number(answer.getResponseHeader("Upload-Offset"));
    this.#tries = 0;
    this.#say("sending");
  }

  #ask(method, url, headers = {}, body = null, onprogress = null) {
    return new Promise((resolve, reject) => {
      const xhr = this.#xhr = new XMLHttpRequest();
      xhr.open(method, url);
      for (const [name, value] of Object.entries({ "Tus-Resumable": "1.0.0", "X-Synqro-Store": this.#key, ...headers })) xhr.setRequestHeader(name, value);
      if (onprogress) xhr.upload.onprogress = ({ loaded }) => onprogress(Math.min(loaded, body.size));
      xhr.onerror = xhr.onabort = xhr.ontimeout = () => reject(new Later());
      xhr.onload = () => {
        if (xhr.status < 300) return resolve(xhr);
        // 409: another piece arrived before this one; where it goes on is asked anew.
        const later = xhr.status >= 500 || [408, 409, 423, 429].includes(xhr.status);
        reject(new (later ? Later : Refused)(said(xhr)));
      };
      xhr.send(body);
    });
  }

  #pause(ms) {
    return new Promise((resolve) => {
      this.#wake = resolve;
      if (navigator.onLine) setTimeout(resolve, ms); // else the event wakes it
    });
  }

  #say(state, words = "") {
    const at = performance.now();
    this.#since = state === "sending" ? [...this.#since.filter(([then]) => at - then < 5000), [at, this.sent]] : [];
    const [[then, before] = []] = this.#since, rate = (this.sent - before) / (at - then);
    this.left = at - then > 800 && rate > 0 ? Math.ceil((this.file.size - this.sent) / rate / 1000) : null;
    this.state = state;
    this.words = words;
    if (state === "ready" || state === "refused") { removeEventListener("online", this); removeEventListener("offline", this); }
    this.tell(this);
  }
}

/** Take a file back from the server, as far as it is there. */
export async function takeBack(home, key, id, token) {
  if (!id) return;
  const query = new URLSearchParams({ id, token });
  await fetch(`${home}?${query}`, { method: "DELETE", headers: { "X-Synqro-Store": key }, keepalive: true }).catch(() => {});
}

function said(xhr) {
  try { return JSON.parse(xhr.responseText).error.message; } catch { return ""; }
}
