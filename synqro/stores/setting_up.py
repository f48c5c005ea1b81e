"""What of a store's settings somebody has chosen, as opposed to what it began with."""

from synqro.stores.models import Store, ThemeMode
from synqro.stores.opening import BRAND, RADIUS


def look_chosen(store: Store) -> bool:
    """True where the look is another than the one that every store begins with, and where the
    shop stands on a page, for then it was found right.
    """
    began = (BRAND, RADIUS, ThemeMode.AUTO)
    return (store.brand_color, store.radius, store.theme_mode) != began or bool(store.embedded_at)
