"""listings, calls of the api, and what a webhook was sent with"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from ulid import ULID

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('api_requests',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(), nullable=False),
    sa.Column('key_id', sa.String(), nullable=False),
    sa.Column('request_id', sa.String(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('path', sa.String(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=False),
    sa.Column('code', sa.String(), nullable=True),
    sa.Column('duration_ms', sa.Integer(), nullable=False),
    sa.Column('body', sa.String(), nullable=True),
    sa.Column('answer', sa.String(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_requests'))
    )
    with op.batch_alter_table('api_requests', schema=None) as batch_op:
        batch_op.create_index('ix_api_requests_refused', ['store_id', 'id'], unique=False, sqlite_where=sa.text('status >= 400'), postgresql_where=sa.text('status >= 400'))
        batch_op.create_index('ix_api_requests_store', ['store_id', 'id'], unique=False)

    op.create_table('listings',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('product_id', sa.String(length=32), nullable=False),
    sa.Column('variant_id', sa.String(length=32), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=True),
    sa.Column('url', sa.String(), nullable=True),
    sa.Column('title', sa.String(), nullable=True),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('base_price', sa.Integer(), nullable=False),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('price_version', sa.Integer(), nullable=False),
    sa.Column('min_price', sa.Integer(), nullable=True),
    sa.Column('max_price', sa.Integer(), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=True),
    sa.Column('status', sa.Enum('draft', 'pending', 'active', 'paused', 'ended', 'failed', name='status', native_enum=False, length=24), nullable=False),
    sa.Column('status_reason', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('price >= 0 AND base_price >= 0', name=op.f('ck_listings_price')),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_listings_product_id')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_listings_store_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['variants.id'], name=op.f('fk_listings_variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listings'))
    )
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.create_index('ix_listings_product', ['product_id'], unique=False)
        batch_op.create_index('ix_listings_store', ['store_id', 'id'], unique=False)
        batch_op.create_index('ix_listings_store_marketplace', ['store_id', 'marketplace', 'status', 'id'], unique=False)
        batch_op.create_index('uq_listings_variant', ['variant_id', 'marketplace'], unique=True, sqlite_where=sa.text("status <> 'ended'"), postgresql_where=sa.text("status <> 'ended'"))

    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.create_index('ix_events_store', ['store_id', 'id'], unique=False)

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.create_index('ix_orders_marketplace', ['store_id', 'marketplace', 'id'], unique=False)
        batch_op.create_index('ix_orders_updated', ['store_id', 'updated_at', 'id'], unique=False)

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.create_index('ix_products_store', ['store_id', 'id'], unique=False)

    op.add_column('secret_keys', sa.Column('exposed_at', sa.DateTime(), nullable=True))

    op.add_column('variants', sa.Column('shelf_price', sa.Integer(), nullable=True))

    op.add_column('webhook_attempts', sa.Column('request_headers', sa.JSON(), nullable=True))

    op.add_column('webhook_endpoints', sa.Column('disabled_at', sa.DateTime(), nullable=True))

    _offer()


def downgrade() -> None:
    with op.batch_alter_table('listings', schema=None) as batch_op:
        batch_op.drop_index('uq_listings_variant', sqlite_where=sa.text("status <> 'ended'"), postgresql_where=sa.text("status <> 'ended'"))
        batch_op.drop_index('ix_listings_store_marketplace')
        batch_op.drop_index('ix_listings_store')
        batch_op.drop_index('ix_listings_product')

    op.drop_table('listings')

    op.drop_column('webhook_endpoints', 'disabled_at')
    op.drop_column('webhook_attempts', 'request_headers')
    op.drop_column('variants', 'shelf_price')
    op.drop_column('secret_keys', 'exposed_at')

    with op.batch_alter_table('products', schema=None) as batch_op:
        batch_op.drop_index('ix_products_store')

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_updated')
        batch_op.drop_index('ix_orders_marketplace')

    with op.batch_alter_table('events', schema=None) as batch_op:
        batch_op.drop_index('ix_events_store')

    with op.batch_alter_table('api_requests', schema=None) as batch_op:
        batch_op.drop_index('ix_api_requests_store')
        batch_op.drop_index('ix_api_requests_refused', sqlite_where=sa.text('status >= 400'), postgresql_where=sa.text('status >= 400'))

    op.drop_table('api_requests')


def _offer() -> None:
    """Offer on the storefront what hung on the shelf."""
    connection = op.get_bind()
    variants = connection.execute(sa.text(
        'SELECT v.id, v.store_id, v.product_id, v.price, p.currency, p.status FROM variants v'
        ' JOIN products p ON p.id = v.product_id WHERE v.active'
    )).mappings().all()
    at = datetime.now(UTC).replace(tzinfo=None)
    for row in variants:
        sold = row['status'] == 'active'
        connection.execute(sa.text(
            'INSERT INTO listings (id, store_id, product_id, variant_id, marketplace, currency,'
            ' base_price, price, price_version, status, status_reason, created_at, updated_at,'
            ' version) VALUES (:id, :store_id, :product_id, :variant_id, :marketplace, :currency,'
            ' :price, :price, 1, :status, :reason, :at, :at, 1)'
        ).bindparams(sa.bindparam('at', type_=sa.DateTime())), {
            'id': f'lst_{ULID()}', 'store_id': row['store_id'], 'product_id': row['product_id'],
            'variant_id': row['id'], 'marketplace': 'storefront', 'currency': row['currency'],
            'price': row['price'], 'status': 'active' if sold else 'paused',
            'reason': None if sold else 'The product is archived.', 'at': at,
        })
    connection.execute(sa.text(
        "UPDATE variants SET shelf_price = price WHERE active AND product_id IN"
        " (SELECT id FROM products WHERE status = 'active')"
    ))
