// Sends files with the real tus-js-client, as a page elsewhere would, and says what happened.
// node sending.js ENDPOINT KEY MODE: whole, pieces, cut (abort and resume), many, refused
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";

const { DetailedError, Upload } = createRequire(import.meta.url)("tus-js-client");
const [endpoint, key, mode] = process.argv.slice(2);
const size = 3 * 1024 * 1024;

const content = Buffer.concat([
  Buffer.from(mode === "refused" ? "MZ" : "%PDF-1.7\n"),
  randomBytes(size),
]);

function send(options = {}, steer = () => {}) {
  return new Promise((resolve) => {
    const told = { offsets: [] };
    const upload = new Upload(content, {
      endpoint,
      headers: { "X-Synqro-Store": key, Origin: "https://shop.example" },
      metadata: { filename: "plan ü.pdf", filetype: "application/pdf" },
      chunkSize: 512 * 1024,
      retryDelays: [0, 100, 200, 500, 1000, 2000, 4000],
      onAfterResponse: (_, answer) => {
        told.id ||= answer.getHeader("Synqro-Upload-Id");
        told.token ||= answer.getHeader("Synqro-Upload-Token");
      },
      onChunkComplete: (_, sent) => {
        told.offsets.push(sent);
        steer(upload, told);
      },
      onSuccess: () => resolve({ ...told, url: upload.url, bytes: content.length }),
      onError: (error) =>
        resolve({
          ...told,
          url: upload.url,
          status: error instanceof DetailedError && error.originalResponse?.getStatus(),
          body: error.originalResponse?.getBody(),
          error: error.message,
        }),
      ...options,
    });
    upload.start();
  });
}

let aborted = false;
async function cutAndResume(upload) {
  if (aborted) return;
  aborted = true;
  await upload.abort();
  upload.start();
}

const modes = {
  whole: () => send({ chunkSize: Infinity }),
  pieces: () => send(),
  overridden: () => send({ overridePatchMethod: true }),
  cut: () => send({}, cutAndResume),
  many: () => Promise.all(Array.from({ length: 4 }, () => send())),
  refused: () => send(),
  along: () => send({ uploadDataDuringCreation: true }),
  terminated: () =>
    new Promise((resolve) => {
      send({}, async (upload, told) => {
        await upload.abort(true);
        resolve({ ...told, url: upload.url });
      });
    }),
};
console.log(JSON.stringify(await modes[mode]()));
