"""/console/products/<id>/images: adding, describing, ordering and removing pictures."""

from collections.abc import Sequence

from flask import Response, after_this_request, g, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from synqro import catalogue
from synqro.core.errors import Invalid
from synqro.web.console.answers import fragment, refused_status, wants_fragment
from synqro.web.console.blueprint import bp

PICTURES = "console/products/_pictures.html"
LARGEST_BODY = catalogue.MOST_IMAGES * catalogue.MOST_BYTES + 1024 * 1024


def take_large_body() -> None:
    """Let this request bring as many pictures as a product may have, closed at its end."""
    if request.mimetype == "multipart/form-data":
        request.max_content_length = LARGEST_BODY
    after_this_request(_close_files)


def _close_files(answer: Response) -> Response:
    request.close()
    return answer


def drawn_from(files: Sequence[FileStorage]) -> list[catalogue.Drawn]:
    """Draw the pictures of an upload. Raises Invalid naming each that cannot be read."""
    drawn, wrong = [], []
    for file in files:
        if not file.filename:
            continue
        try:
            drawn.append(catalogue.draw_picture(file.read(catalogue.MOST_BYTES + 1)))
        except Invalid as error:
            wrong.append((error.code, f"{_named(file)}: {error}"))
    if wrong:
        say = " ".join(words for _code, words in wrong)
        field = {"field": "images", "code": wrong[0][0], "message": say}
        raise Invalid(say, fields=[field])
    return drawn


def keep_all(product: catalogue.Product, drawn: Sequence[catalogue.Drawn]) -> None:
    """Put drawn pictures behind a product's others; the first as many as it may have."""
    for picture in drawn[: catalogue.MOST_IMAGES - len(product.images)]:
        catalogue.add_image(product.store_id, product.id, picture)


@bp.post("/products/<product_id>/images")
def add_images(product_id: str) -> ResponseReturnValue:
    """Take several pictures at once; those that can be read are kept."""
    take_large_body()
    product = catalogue.find(g.store.id, product_id)
    refused: list[Invalid] = []
    files = [file for file in request.files.getlist("images") if file.filename]
    if not files:
        refused.append(Invalid(_("Choose a picture first.")))
    for file in files:
        try:
            keep = drawn_from([file])
            catalogue.add_image(g.store.id, product_id, keep[0])
        except Invalid as error:
            refused.append(error)
    return _shown(product, refused, _("Pictures added"))


@bp.post("/products/<product_id>/images/<image_id>")
def change_image(product_id: str, image_id: str) -> ResponseReturnValue:
    """Describe a picture, move it, or take it away, by the button `do`."""
    product = catalogue.find(g.store.id, product_id)
    step = request.form.get("do", "describe")
    try:
        if step == "remove":
            catalogue.remove_image(g.store.id, product_id, image_id)
            return _shown(product, [], _("Picture removed"))
        if step in ("earlier", "later"):
            _move(product, image_id, -1 if step == "earlier" else 1)
            return _shown(product, [], None)
        catalogue.describe_image(g.store.id, product_id, image_id, request.form.get("alt", ""))
    except Invalid as error:
        return _shown(product, [error], None, at=image_id)
    return _shown(product, [], _("Description saved"))


def _move(product: catalogue.Product, image_id: str, by: int) -> None:
    order = [image.id for image in product.images]
    if image_id not in order:
        raise catalogue.ProductNotFound("This product has no such picture.")
    here = order.index(image_id)
    there = min(len(order) - 1, max(0, here + by))
    order[here], order[there] = order[there], order[here]
    catalogue.order_images(product.store_id, product.id, order)


def _shown(
    product: catalogue.Product, refused: Sequence[Invalid], toast: str | None, at: str = ""
) -> ResponseReturnValue:
    fresh = catalogue.find(g.store.id, product.id)
    page = url_for("console.edit_product", product_id=product.id) + "#pictures"
    if not refused:
        return fragment(PICTURES, page=page, toast=toast, product=fresh)
    said = [str(error) for error in refused]
    found = {"product": fresh, "said": said, "at": at, "typed": request.form.get("alt", "")}
    template = PICTURES if wants_fragment() else "console/products/pictures.html"
    return make_response(render_template(template, **found), refused_status(refused[0]))


def _named(file: FileStorage) -> str:
    name = (file.filename or "").replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:80] or _("A picture")
