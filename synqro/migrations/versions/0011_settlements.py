"""settlements, the moves of stock, and the history of prices"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from ulid import ULID

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('payout_syncs',
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('cursor', sa.String(), nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('next_at', sa.DateTime(), nullable=False),
    sa.Column('checked_at', sa.DateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('error', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_payout_syncs_store_id')),
    sa.PrimaryKeyConstraint('store_id', 'account_id', name=op.f('pk_payout_syncs'))
    )
    with op.batch_alter_table('payout_syncs', schema=None) as batch_op:
        batch_op.create_index('ix_payout_syncs_due', ['next_at'], unique=False)

    op.create_table('settlements',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('source', sa.Enum('stripe', 'ebay', 'etsy', 'amazon', 'manual', name='source', native_enum=False, length=24), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('external_payout_id', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('pending', 'completed', 'failed', 'reversed', name='status', native_enum=False, length=24), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('period_from', sa.DateTime(), nullable=True),
    sa.Column('period_to', sa.DateTime(), nullable=True),
    sa.Column('initiated_at', sa.DateTime(), nullable=False),
    sa.Column('arrival_date', sa.String(), nullable=False),
    sa.Column('bank_reference', sa.String(), nullable=True),
    sa.Column('destination_last4', sa.String(), nullable=True),
    sa.Column('failure', sa.String(), nullable=True),
    sa.Column('gross_sales', sa.BigInteger(), nullable=False),
    sa.Column('refunds', sa.BigInteger(), nullable=False),
    sa.Column('fees', sa.BigInteger(), nullable=False),
    sa.Column('labels', sa.BigInteger(), nullable=False),
    sa.Column('disputes', sa.BigInteger(), nullable=False),
    sa.Column('adjustments', sa.BigInteger(), nullable=False),
    sa.Column('tax_withheld', sa.BigInteger(), nullable=False),
    sa.Column('reserve', sa.BigInteger(), nullable=False),
    sa.Column('payout_fee', sa.BigInteger(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('order_count', sa.Integer(), nullable=False),
    sa.Column('line_count', sa.Integer(), nullable=False),
    sa.Column('unmatched_lines', sa.Integer(), nullable=False),
    sa.Column('reconciliation', sa.Enum('balanced', 'unbalanced', 'incomplete', 'not_applicable', name='reconciliation', native_enum=False, length=24), nullable=False),
    sa.Column('difference', sa.BigInteger(), nullable=False),
    sa.Column('checked_at', sa.DateTime(), nullable=True),
    sa.Column('completed_at', sa.DateTime(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('accepted_by', sa.String(), nullable=True),
    sa.Column('accepted_note', sa.String(), nullable=True),
    sa.Column('reversed_by', sa.String(), nullable=True),
    sa.Column('carried_by', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_settlements_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_settlements')),
    sa.UniqueConstraint('store_id', 'source', 'external_payout_id', name='uq_settlements_payout')
    )
    with op.batch_alter_table('settlements', schema=None) as batch_op:
        batch_op.create_index('ix_settlements_arrival', ['store_id', 'arrival_date', 'id'], unique=False)
        batch_op.create_index('ix_settlements_store', ['store_id', 'id'], unique=False)
        batch_op.create_index('ix_settlements_status', ['store_id', 'status', 'id'], unique=False)
        batch_op.create_index('ix_settlements_to_look_at', ['store_id', 'id'], unique=False, sqlite_where=sa.text("reconciliation = 'unbalanced' AND accepted_at IS NULL"), postgresql_where=sa.text("reconciliation = 'unbalanced' AND accepted_at IS NULL"))

    op.create_table('stock_imports',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('filename', sa.String(), nullable=False),
    sa.Column('ignored', sa.JSON(), nullable=False),
    sa.Column('status', sa.Enum('reading', 'ready', 'applying', 'done', 'undoing', 'undone', 'discarded', name='importstatus', native_enum=False, length=24), nullable=False),
    sa.Column('rows', sa.Integer(), nullable=False),
    sa.Column('changes', sa.Integer(), nullable=False),
    sa.Column('wrong', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('applied_by', sa.String(), nullable=True),
    sa.Column('applied_at', sa.DateTime(), nullable=True),
    sa.Column('undone_by', sa.String(), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_stock_imports_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_imports'))
    )
    with op.batch_alter_table('stock_imports', schema=None) as batch_op:
        batch_op.create_index('ix_stock_imports_store', ['store_id', 'id'], unique=False)
        batch_op.create_index('ix_stock_imports_under_way', ['id'], unique=False, sqlite_where=sa.text("status IN ('reading', 'applying', 'undoing', 'discarded')"), postgresql_where=sa.text("status IN ('reading', 'applying', 'undoing', 'discarded')"))

    op.create_table('settlement_lines',
    sa.Column('settlement_id', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('store_id', sa.String(), nullable=False),
    sa.Column('type', sa.Enum('sale', 'refund', 'fee', 'shipping_label', 'dispute', 'adjustment', 'tax_withheld', 'transfer', 'reserve', name='linetype', native_enum=False, length=24), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('external_id', sa.String(), nullable=False),
    sa.Column('source_id', sa.String(), nullable=True),
    sa.Column('payment', sa.String(), nullable=True),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('order_number', sa.Integer(), nullable=True),
    sa.Column('external_order_id', sa.String(), nullable=True),
    sa.Column('unmatched', sa.Boolean(), nullable=False),
    sa.Column('gross', sa.BigInteger(), nullable=False),
    sa.Column('fee', sa.BigInteger(), nullable=False),
    sa.Column('net', sa.BigInteger(), nullable=False),
    sa.Column('fee_details', sa.JSON(), nullable=False),
    sa.Column('tax_collected', sa.BigInteger(), nullable=True),
    sa.Column('description', sa.String(), nullable=False),
    sa.Column('occurred_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['settlement_id'], ['settlements.id'], name=op.f('fk_settlement_lines_settlement_id')),
    sa.PrimaryKeyConstraint('settlement_id', 'position', name=op.f('pk_settlement_lines')),
    sa.UniqueConstraint('id', name=op.f('uq_settlement_lines_id')),
    sa.UniqueConstraint('settlement_id', 'external_id', name='uq_settlement_lines_external')
    )
    with op.batch_alter_table('settlement_lines', schema=None) as batch_op:
        batch_op.create_index('ix_settlement_lines_order', ['order_id'], unique=False, sqlite_where=sa.text('order_id IS NOT NULL'), postgresql_where=sa.text('order_id IS NOT NULL'))
        batch_op.create_index('ix_settlement_lines_unmatched', ['settlement_id', 'position'], unique=False, sqlite_where=sa.text('unmatched'), postgresql_where=sa.text('unmatched'))

    op.create_table('stock_import_rows',
    sa.Column('import_id', sa.String(length=32), nullable=False),
    sa.Column('line', sa.Integer(), nullable=False),
    sa.Column('sku', sa.String(), nullable=False),
    sa.Column('title', sa.String(), nullable=True),
    sa.Column('variant_id', sa.String(), nullable=True),
    sa.Column('said', sa.String(), nullable=False),
    sa.Column('adds', sa.Boolean(), nullable=False),
    sa.Column('wanted', sa.Integer(), nullable=True),
    sa.Column('was', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('change', 'same', 'wrong', 'applied', 'skipped', 'undone', 'kept', name='outcome', native_enum=False, length=24), nullable=False),
    sa.Column('low', sa.Boolean(), nullable=False),
    sa.Column('message', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['import_id'], ['stock_imports.id'], name=op.f('fk_stock_import_rows_import_id')),
    sa.PrimaryKeyConstraint('import_id', 'line', name=op.f('pk_stock_import_rows'))
    )
    with op.batch_alter_table('stock_import_rows', schema=None) as batch_op:
        batch_op.create_index('ix_stock_import_rows_outcome', ['import_id', 'outcome', 'line'], unique=False)

    op.create_table('stock_moves',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('product_id', sa.String(length=32), nullable=False),
    sa.Column('variant_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('kind', sa.Enum('opened', 'counted', 'received', 'corrected', 'sold', 'returned', 'undone', name='movekind', native_enum=False, length=24), nullable=False),
    sa.Column('before', sa.Integer(), nullable=True),
    sa.Column('after', sa.Integer(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('key_id', sa.String(), nullable=True),
    sa.Column('import_id', sa.String(), nullable=True),
    sa.Column('undoes', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['product_id'], ['products.id'], name=op.f('fk_stock_moves_product_id')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_stock_moves_store_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['variants.id'], name=op.f('fk_stock_moves_variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stock_moves')),
    sa.UniqueConstraint('variant_id', 'number', name='uq_stock_moves_number')
    )
    with op.batch_alter_table('stock_moves', schema=None) as batch_op:
        batch_op.create_index('ix_stock_moves_store', ['store_id', 'id'], unique=False)
        batch_op.create_index('uq_stock_moves_undoes', ['undoes'], unique=True, sqlite_where=sa.text('undoes IS NOT NULL'), postgresql_where=sa.text('undoes IS NOT NULL'))

    op.create_table('listing_prices',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('listing_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('cause', sa.Enum('listed', 'set', 'product', 'repriced', 'undone', name='pricecause', native_enum=False, length=24), nullable=False),
    sa.Column('price_before', sa.Integer(), nullable=True),
    sa.Column('price', sa.Integer(), nullable=False),
    sa.Column('base_before', sa.Integer(), nullable=True),
    sa.Column('base_price', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('key_id', sa.String(), nullable=True),
    sa.Column('rule_id', sa.String(), nullable=True),
    sa.Column('run_id', sa.String(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_listing_prices_listing_id')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_listing_prices_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_listing_prices')),
    sa.UniqueConstraint('listing_id', 'number', name='uq_listing_prices_number')
    )
    with op.batch_alter_table('listing_prices', schema=None) as batch_op:
        batch_op.create_index('ix_listing_prices_store', ['store_id', 'id'], unique=False)

    op.add_column('ledger_entries', sa.Column('settlement_id', sa.String(), nullable=True))
    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.create_index('ix_ledger_entries_settlement', ['settlement_id'], unique=False, sqlite_where=sa.text('settlement_id IS NOT NULL'), postgresql_where=sa.text('settlement_id IS NOT NULL'))
        batch_op.create_index('ix_ledger_entries_waiting', ['store_id', 'id'], unique=False, sqlite_where=sa.text("settlement_id IS NULL AND kind = 'payment'"), postgresql_where=sa.text("settlement_id IS NULL AND kind = 'payment'"))

    op.add_column('stock_holds', sa.Column('counted', sa.Integer(), server_default='0', nullable=False))

    op.add_column('variants', sa.Column('moves', sa.Integer(), server_default='0', nullable=False))
    op.add_column('variants', sa.Column('low', sa.Boolean(), server_default=sa.false(), nullable=False))
    with op.batch_alter_table('variants', schema=None) as batch_op:
        batch_op.create_index('ix_variants_low', ['store_id', 'id'], unique=False, sqlite_where=sa.text('low AND active'), postgresql_where=sa.text('low AND active'))

    _fill()


def downgrade() -> None:
    with op.batch_alter_table('variants', schema=None) as batch_op:
        batch_op.drop_index('ix_variants_low', sqlite_where=sa.text('low AND active'), postgresql_where=sa.text('low AND active'))

    op.drop_column('variants', 'low')
    op.drop_column('variants', 'moves')
    op.drop_column('stock_holds', 'counted')

    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_ledger_entries_waiting', sqlite_where=sa.text("settlement_id IS NULL AND kind = 'payment'"), postgresql_where=sa.text("settlement_id IS NULL AND kind = 'payment'"))
        batch_op.drop_index('ix_ledger_entries_settlement', sqlite_where=sa.text('settlement_id IS NOT NULL'), postgresql_where=sa.text('settlement_id IS NOT NULL'))

    op.drop_column('ledger_entries', 'settlement_id')

    with op.batch_alter_table('listing_prices', schema=None) as batch_op:
        batch_op.drop_index('ix_listing_prices_store')

    op.drop_table('listing_prices')
    with op.batch_alter_table('stock_moves', schema=None) as batch_op:
        batch_op.drop_index('uq_stock_moves_undoes', sqlite_where=sa.text('undoes IS NOT NULL'), postgresql_where=sa.text('undoes IS NOT NULL'))
        batch_op.drop_index('ix_stock_moves_store')

    op.drop_table('stock_moves')
    with op.batch_alter_table('stock_import_rows', schema=None) as batch_op:
        batch_op.drop_index('ix_stock_import_rows_outcome')

    op.drop_table('stock_import_rows')
    with op.batch_alter_table('settlement_lines', schema=None) as batch_op:
        batch_op.drop_index('ix_settlement_lines_unmatched', sqlite_where=sa.text('unmatched'), postgresql_where=sa.text('unmatched'))
        batch_op.drop_index('ix_settlement_lines_order', sqlite_where=sa.text('order_id IS NOT NULL'), postgresql_where=sa.text('order_id IS NOT NULL'))

    op.drop_table('settlement_lines')
    with op.batch_alter_table('stock_imports', schema=None) as batch_op:
        batch_op.drop_index('ix_stock_imports_under_way', sqlite_where=sa.text("status IN ('reading', 'applying', 'undoing', 'discarded')"), postgresql_where=sa.text("status IN ('reading', 'applying', 'undoing', 'discarded')"))
        batch_op.drop_index('ix_stock_imports_store')

    op.drop_table('stock_imports')
    with op.batch_alter_table('settlements', schema=None) as batch_op:
        batch_op.drop_index('ix_settlements_to_look_at', sqlite_where=sa.text("reconciliation = 'unbalanced' AND accepted_at IS NULL"), postgresql_where=sa.text("reconciliation = 'unbalanced' AND accepted_at IS NULL"))
        batch_op.drop_index('ix_settlements_status')
        batch_op.drop_index('ix_settlements_store')
        batch_op.drop_index('ix_settlements_arrival')

    op.drop_table('settlements')
    with op.batch_alter_table('payout_syncs', schema=None) as batch_op:
        batch_op.drop_index('ix_payout_syncs_due')

    op.drop_table('payout_syncs')


def _fill() -> None:
    """What was taken has left a count; what is low is low already; prices begin as they are."""
    bind = op.get_bind()
    run = bind.exec_driver_sql
    run("UPDATE stock_holds SET counted = quantity - returned WHERE state = 'taken'")
    run(
        "UPDATE variants SET low = stock <= (SELECT coalesce(p.low_stock_threshold, "
        "s.low_stock_threshold) FROM products p JOIN stores s ON s.id = p.store_id "
        "WHERE p.id = variants.product_id) WHERE stock IS NOT NULL"
    )
    listings = sa.table(
        'listings', *map(sa.column, ('id', 'store_id', 'price', 'base_price', 'currency'))
    )
    prices = sa.table(
        'listing_prices',
        *map(sa.column, ('id', 'store_id', 'listing_id', 'number', 'cause', 'price', 'base_price', 'currency')),
        sa.column('at', sa.DateTime()),
    )
    at = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            'id': f'lpr_{ULID()}', 'store_id': row.store_id, 'listing_id': row.id, 'number': 1,
            'cause': 'listed', 'price': row.price, 'base_price': row.base_price,
            'currency': row.currency, 'at': at,
        }
        for row in bind.execute(sa.select(listings))
    ]
    if rows:
        bind.execute(prices.insert(), rows)
