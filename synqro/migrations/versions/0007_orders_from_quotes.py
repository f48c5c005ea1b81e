"""orders made from quotes, paid in one piece or two"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None

UNPAID = "status = 'awaiting_payment'"
SHOP = "status = 'awaiting_payment' AND quote_id IS NULL"
QUOTED = "quote_id IS NOT NULL"
PAGES = "quote_id IS NOT NULL AND look_at IS NOT NULL"


def upgrade() -> None:
    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.alter_column('product_id',
               existing_type=sa.VARCHAR(),
               nullable=True)
        batch_op.alter_column('variant_id',
               existing_type=sa.VARCHAR(),
               nullable=True)

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quote_id', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('deposit', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('session_amount', sa.Integer(), server_default='0', nullable=False))
        batch_op.create_index('ix_orders_quote', ['quote_id'], unique=False, sqlite_where=sa.text(QUOTED), postgresql_where=sa.text(QUOTED))
        batch_op.create_index('ix_orders_email', ['store_id', 'customer_email'], unique=False)
        batch_op.drop_index('ix_orders_due')
        batch_op.drop_index('ix_orders_look')
        for name, column in (('ix_orders_due', 'expires_at'), ('ix_orders_look', 'look_at')):
            batch_op.create_index(name, [column], unique=False, sqlite_where=sa.text(SHOP), postgresql_where=sa.text(SHOP))
        batch_op.create_index('ix_orders_pages', ['look_at'], unique=False, sqlite_where=sa.text(PAGES), postgresql_where=sa.text(PAGES))

    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('surplus', sa.Boolean(), server_default=sa.false(), nullable=False))

    op.execute("UPDATE orders SET session_amount = total")


def downgrade() -> None:
    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.drop_column('surplus')

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_pages')
        batch_op.drop_index('ix_orders_look')
        batch_op.drop_index('ix_orders_due')
        for name, column in (('ix_orders_due', 'expires_at'), ('ix_orders_look', 'look_at')):
            batch_op.create_index(name, [column], unique=False, sqlite_where=sa.text(UNPAID), postgresql_where=sa.text(UNPAID))
        batch_op.drop_index('ix_orders_email')
        batch_op.drop_index('ix_orders_quote')
        batch_op.drop_column('session_amount')
        batch_op.drop_column('deposit')
        batch_op.drop_column('quote_id')

    with op.batch_alter_table('order_lines', schema=None) as batch_op:
        batch_op.alter_column('variant_id',
               existing_type=sa.VARCHAR(),
               nullable=False)
        batch_op.alter_column('product_id',
               existing_type=sa.VARCHAR(),
               nullable=False)
