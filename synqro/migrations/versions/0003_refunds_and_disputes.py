"""refunds, disputes and the rest of the ledger"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('disputes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(length=32), nullable=False),
    sa.Column('payment', sa.String(), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=False),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('reason', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('needs_response', 'under_review', 'won', 'lost', 'closed', name='disputestatus', native_enum=False, length=24), nullable=False),
    sa.Column('inquiry', sa.Boolean(), nullable=False),
    sa.Column('respond_by', sa.DateTime(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_disputes_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_disputes')),
    sa.UniqueConstraint('order_id', 'reference', name='uq_disputes_reference')
    )
    with op.batch_alter_table('disputes', schema=None) as batch_op:
        batch_op.create_index('ix_disputes_order_id', ['order_id'], unique=False)

    op.create_table('refunds',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(), nullable=False),
    sa.Column('order_id', sa.String(length=32), nullable=False),
    sa.Column('payment', sa.String(), nullable=False),
    sa.Column('account_id', sa.String(), nullable=False),
    sa.Column('reference', sa.String(), nullable=True),
    sa.Column('request_key', sa.String(), nullable=True),
    sa.Column('amount', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('requested', 'pending', 'succeeded', 'failed', name='refundstatus', native_enum=False, length=24), nullable=False),
    sa.Column('failure', sa.String(), nullable=True),
    sa.Column('note', sa.String(), nullable=True),
    sa.Column('restock', sa.JSON(), nullable=True),
    sa.Column('cancels', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.DateTime(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['order_id'], ['orders.id'], name=op.f('fk_refunds_order_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_refunds')),
    sa.UniqueConstraint('order_id', 'reference', name='uq_refunds_reference'),
    sa.UniqueConstraint('order_id', 'request_key', 'payment', name='uq_refunds_request')
    )
    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.create_index('ix_refunds_due', ['next_at'], unique=False, sqlite_where=sa.text("status = 'requested'"), postgresql_where=sa.text("status = 'requested'"))
        batch_op.create_index('ix_refunds_order', ['order_id', 'id'], unique=False)

    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('payment', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('account_id', sa.String(), nullable=True))
        batch_op.create_index('ix_ledger_entries_payment', ['payment'], unique=False)

    op.execute(
        "UPDATE ledger_entries SET payment = reference, account_id ="
        " (SELECT session_account FROM orders WHERE orders.id = ledger_entries.order_id)"
    )

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.add_column(sa.Column('cancelled_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('look_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('money_look_at', sa.DateTime(), nullable=True))
        batch_op.create_index('ix_orders_paid', ['store_id', 'paid_at'], unique=False)
        batch_op.create_index('ix_orders_money_look', ['money_look_at'], unique=False, sqlite_where=sa.text('money_look_at IS NOT NULL'), postgresql_where=sa.text('money_look_at IS NOT NULL'))
        batch_op.create_index('ix_orders_look', ['look_at'], unique=False, sqlite_where=sa.text("status = 'awaiting_payment'"), postgresql_where=sa.text("status = 'awaiting_payment'"))

    op.execute("UPDATE orders SET look_at = created_at WHERE status = 'awaiting_payment'")
    op.execute("UPDATE orders SET money_look_at = paid_at WHERE paid_at IS NOT NULL")

    with op.batch_alter_table('payment_accounts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('link', sa.Enum('onboarding', 'oauth', 'operator', name='link', native_enum=False, length=24), server_default='onboarding', nullable=False))
        batch_op.add_column(sa.Column('reason', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('ready_since', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('lost', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('leaving', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.create_index('ix_payment_accounts_leaving', ['account_id'], unique=False, sqlite_where=sa.text('leaving'), postgresql_where=sa.text('leaving'))

    op.execute("UPDATE payment_accounts SET ready_since = connected_at WHERE ready")

    with op.batch_alter_table('stock_holds', schema=None) as batch_op:
        batch_op.add_column(sa.Column('returned', sa.Integer(), server_default='0', nullable=False))


def downgrade() -> None:
    with op.batch_alter_table('stock_holds', schema=None) as batch_op:
        batch_op.drop_column('returned')

    with op.batch_alter_table('payment_accounts', schema=None) as batch_op:
        batch_op.drop_index('ix_payment_accounts_leaving')
        batch_op.drop_column('leaving')
        batch_op.drop_column('lost')
        batch_op.drop_column('ready_since')
        batch_op.drop_column('reason')
        batch_op.drop_column('link')

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_look')
        batch_op.drop_index('ix_orders_money_look')
        batch_op.drop_index('ix_orders_paid')
        batch_op.drop_column('look_at')
        batch_op.drop_column('money_look_at')
        batch_op.drop_column('cancelled_at')

    with op.batch_alter_table('ledger_entries', schema=None) as batch_op:
        batch_op.drop_index('ix_ledger_entries_payment')
        batch_op.drop_column('account_id')
        batch_op.drop_column('payment')

    with op.batch_alter_table('refunds', schema=None) as batch_op:
        batch_op.drop_index('ix_refunds_order')
        batch_op.drop_index('ix_refunds_due', sqlite_where=sa.text("status = 'requested'"), postgresql_where=sa.text("status = 'requested'"))

    op.drop_table('refunds')
    with op.batch_alter_table('disputes', schema=None) as batch_op:
        batch_op.drop_index('ix_disputes_order_id')

    op.drop_table('disputes')