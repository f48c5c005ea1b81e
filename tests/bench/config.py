"""GET config, against a JSON hello on the same server."""

from statistics import median

from tests.bench.report import in_turns, line, note, ratio
from tests.bench.serving import cost_of, get, greet, hello, served, settings, shop

ROUND = 200


def run() -> None:
    """CPU of the server for each request: hello, the configuration, and a 304.

    The hello is the product's own: with an id, a log line and counters, as each answer has.
    """
    with shop() as (app, store):
        given = app.extensions["settings"]
        path = f"/api/storefront/config?key={store.publishable_key}"
        greet(app)
        etag = app.test_client().get(path).headers["ETag"]
        with served(app, given) as ours, served(hello(), settings(given.data_dir)) as bare:
            found = in_turns(
                {
                    "bare": lambda: cost_of(bare, get("/hello"), ROUND),
                    "hello": lambda: cost_of(ours, get("/hello"), ROUND),
                    "config": lambda: cost_of(ours, get(path), ROUND),
                    "304": lambda: cost_of(ours, get(path, If_None_Match=etag), ROUND),
                }
            )
    cost = {name: median(figures) for name, figures in found.items()}
    note("a JSON hello", cost["hello"], "ms", f"in bare Flask {cost['bare']:.2f} ms CPU")
    detail = f"{cost['config']:.2f} ms CPU, 25 products"
    line("config, against the hello", ratio(found["config"], found["hello"]), 3, "×", detail)
    detail = f"{cost['304']:.2f} ms CPU"
    line("config, unchanged (304)", ratio(found["304"], found["hello"]), 1.5, "×", detail)
