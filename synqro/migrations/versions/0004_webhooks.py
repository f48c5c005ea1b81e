"""webhooks: the state of an endpoint, what a delivery found last"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None

OPEN = sa.text("status <> 'succeeded'")
FAILING = sa.text("failing_since IS NOT NULL")
UNTOLD = sa.text("untold IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table('webhook_endpoints', schema=None) as batch_op:
        batch_op.add_column(sa.Column('disabled_reason', sa.Enum('paused', 'gone', 'failing', name='reason', native_enum=False, length=24), nullable=True))
        batch_op.add_column(sa.Column('doubt', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('down', sa.Boolean(), server_default=sa.text('false'), nullable=False))
        batch_op.add_column(sa.Column('warned', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('untold', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('updated_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('deleted_at', sa.DateTime(), nullable=True))
        batch_op.create_index('ix_webhook_endpoints_failing', ['failing_since'], unique=False, sqlite_where=FAILING, postgresql_where=FAILING)
        batch_op.create_index('ix_webhook_endpoints_untold', ['id'], unique=False, sqlite_where=UNTOLD, postgresql_where=UNTOLD)

    op.execute("UPDATE webhook_endpoints SET updated_at = created_at")

    with op.batch_alter_table('webhook_endpoints', schema=None) as batch_op:
        batch_op.alter_column('updated_at', existing_type=sa.DateTime(), nullable=False)

    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.add_column(sa.Column('store_id', sa.String(), nullable=True))
        batch_op.add_column(sa.Column('created_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('first_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('tried_at', sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column('response_status', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('error', sa.String(), nullable=True))
        batch_op.create_index('ix_webhook_deliveries_open', ['store_id', 'id'], unique=False, sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.create_index('ix_webhook_deliveries_store', ['store_id', 'id'], unique=False)
        batch_op.create_index('ix_webhook_deliveries_endpoint', ['endpoint_id', 'id'], unique=False)

    op.execute(
        "UPDATE webhook_deliveries SET created_at = next_at, store_id ="
        " (SELECT store_id FROM webhook_endpoints e WHERE e.id = webhook_deliveries.endpoint_id)"
    )

    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.alter_column('store_id', existing_type=sa.String(), nullable=False)
        batch_op.alter_column('created_at', existing_type=sa.DateTime(), nullable=False)


def downgrade() -> None:
    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_deliveries_endpoint')
        batch_op.drop_index('ix_webhook_deliveries_store')
        batch_op.drop_index('ix_webhook_deliveries_open', sqlite_where=OPEN, postgresql_where=OPEN)
        batch_op.drop_column('error')
        batch_op.drop_column('response_status')
        batch_op.drop_column('tried_at')
        batch_op.drop_column('first_at')
        batch_op.drop_column('created_at')
        batch_op.drop_column('store_id')

    with op.batch_alter_table('webhook_endpoints', schema=None) as batch_op:
        batch_op.drop_index('ix_webhook_endpoints_untold', sqlite_where=UNTOLD, postgresql_where=UNTOLD)
        batch_op.drop_index('ix_webhook_endpoints_failing', sqlite_where=FAILING, postgresql_where=FAILING)
        batch_op.drop_column('deleted_at')
        batch_op.drop_column('updated_at')
        batch_op.drop_column('untold')
        batch_op.drop_column('warned')
        batch_op.drop_column('down')
        batch_op.drop_column('doubt')
        batch_op.drop_column('disabled_reason')
