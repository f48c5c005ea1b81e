const SYNQRO = "https://synqro.example/api/storefront";
const KEY = "sf_test_YOUR_KEY"; // publishable: it may stand in the page

async function call(path, options = {}) {
  const headers = { "X-Synqro-Store": KEY, ...options.headers };
  const answer = await fetch(`${SYNQRO}/${path}`, { ...options, headers });
  const body = await answer.json();
  if (!answer.ok) throw Object.assign(new Error(body.error.message), body.error);
  return body;
}

const post = (path, body, headers) => call(path, {
  method: "POST",
  body: JSON.stringify(body),
  headers: { "Content-Type": "application/json", ...headers },
});
