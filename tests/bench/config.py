"""GET config, against a JSON hello of bare Flask on the same server."""

from statistics import median

from tests.bench.report import in_turns, line, note, ratio
from tests.bench.serving import cost_of, get, hello, served, settings, shop

ROUND = 200


def run() -> None:
    """CPU of the server for each request: a bare hello, the configuration, and a 304."""
    with shop() as (app, store):
        given = app.extensions["settings"]
        path = f"/api/storefront/config?key={store.publishable_key}"
        etag = app.test_client().get(path).headers["ETag"]
        with served(app, given) as ours, served(hello(), settings(given.data_dir)) as bare:
            found = in_turns(
                {
                    "hello": lambda: cost_of(bare, get("/hello"), ROUND),
                    "config": lambda: cost_of(ours, get(path), ROUND),
                    "304": lambda: cost_of(ours, get(path, If_None_Match=etag), ROUND),
                }
            )
    cost = {name: median(figures) for name, figures in found.items()}
    note("a JSON hello in bare Flask", cost["hello"], "ms")
    detail = f"{cost['config']:.2f} ms CPU, 25 products"
    line("config, against the hello", ratio(found["config"], found["hello"]), 3, "×", detail)
    detail = f"{cost['304']:.2f} ms CPU"
    line("config, unchanged (304)", ratio(found["304"], found["hello"]), 1.5, "×", detail)
