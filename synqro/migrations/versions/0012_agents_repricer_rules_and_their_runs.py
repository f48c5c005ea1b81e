"""agents, repricer rules and their runs"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op
from ulid import ULID

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('agent_beats',
    sa.Column('kind', sa.Enum('webhook_delivery', 'reservation_sweeper', 'quote_followup', 'repricer', 'stock_watch', 'settlement_sync', 'retention', 'order_sync', 'listing_sync', 'stock_sync', 'shipment_push', name='kind', native_enum=False, length=24), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=True),
    sa.Column('holder', sa.String(), nullable=True),
    sa.Column('leased_until', sa.DateTime(), nullable=True),
    sa.Column('cursor', sa.String(), nullable=True),
    sa.PrimaryKeyConstraint('kind', name=op.f('pk_agent_beats'))
    )
    op.create_table('agents',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.Enum('webhook_delivery', 'reservation_sweeper', 'quote_followup', 'repricer', 'stock_watch', 'settlement_sync', 'retention', 'order_sync', 'listing_sync', 'stock_sync', 'shipment_push', name='kind', native_enum=False, length=24), nullable=False),
    sa.Column('marketplace', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('active', 'paused', 'error', name='agentstatus', native_enum=False, length=24), nullable=False),
    sa.Column('paused_reason', sa.Enum('merchant', 'auth_expired', 'too_many_failures', 'plan', name='pausedreason', native_enum=False, length=24), nullable=True),
    sa.Column('paused_at', sa.DateTime(), nullable=True),
    sa.Column('every_seconds', sa.Integer(), nullable=True),
    sa.Column('cron', sa.String(), nullable=True),
    sa.Column('cursor', sa.String(), nullable=True),
    sa.Column('run_id', sa.String(), nullable=True),
    sa.Column('leased_until', sa.DateTime(), nullable=True),
    sa.Column('last_run_id', sa.String(), nullable=True),
    sa.Column('last_run_at', sa.DateTime(), nullable=True),
    sa.Column('last_success_at', sa.DateTime(), nullable=True),
    sa.Column('next_run_at', sa.DateTime(), nullable=True),
    sa.Column('not_before', sa.DateTime(), nullable=True),
    sa.Column('consecutive_failures', sa.Integer(), nullable=False),
    sa.Column('error_code', sa.String(), nullable=True),
    sa.Column('error_message', sa.String(), nullable=True),
    sa.Column('error_at', sa.DateTime(), nullable=True),
    sa.Column('error_retryable', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_agents_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agents')),
    sa.UniqueConstraint('store_id', 'kind', 'marketplace', name='uq_agents_kind')
    )
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.create_index('ix_agents_due', ['kind', 'next_run_at'], unique=False, sqlite_where=sa.text('next_run_at IS NOT NULL'), postgresql_where=sa.text('next_run_at IS NOT NULL'))
        batch_op.create_index('ix_agents_resting', ['kind', 'store_id'], unique=False, sqlite_where=sa.text('paused_reason IS NOT NULL OR not_before IS NOT NULL'), postgresql_where=sa.text('paused_reason IS NOT NULL OR not_before IS NOT NULL'))

    op.create_table('repricer_rules',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('mode', sa.Enum('dry_run', 'live', name='mode', native_enum=False, length=24), nullable=False),
    sa.Column('priority', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('revision', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_repricer_rules_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repricer_rules'))
    )
    with op.batch_alter_table('repricer_rules', schema=None) as batch_op:
        batch_op.create_index('ix_repricer_rules_store', ['store_id', 'priority', 'id'], unique=False)

    op.create_table('repricer_runs',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('rule_id', sa.String(), nullable=True),
    sa.Column('cause', sa.Enum('manual', 'api', 'schedule', name='cause', native_enum=False, length=24), nullable=False),
    sa.Column('mode', sa.Enum('dry_run', 'live', name='mode', native_enum=False, length=24), nullable=False),
    sa.Column('state', sa.Enum('ready', 'left', 'applying', 'applied', 'undoing', 'undone', name='runstate', native_enum=False, length=24), nullable=False),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.Column('applied', sa.Integer(), nullable=False),
    sa.Column('lost', sa.Integer(), nullable=False),
    sa.Column('undone', sa.Integer(), nullable=False),
    sa.Column('tally', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('key_id', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_repricer_runs_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repricer_runs'))
    )
    with op.batch_alter_table('repricer_runs', schema=None) as batch_op:
        batch_op.create_index('ix_repricer_runs_store', ['store_id', 'id'], unique=False)
        batch_op.create_index('ix_repricer_runs_working', ['id'], unique=False, sqlite_where=sa.text("state IN ('applying', 'undoing')"), postgresql_where=sa.text("state IN ('applying', 'undoing')"))

    op.create_table('agent_runs',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('agent_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.Enum('webhook_delivery', 'reservation_sweeper', 'quote_followup', 'repricer', 'stock_watch', 'settlement_sync', 'retention', 'order_sync', 'listing_sync', 'stock_sync', 'shipment_push', name='kind', native_enum=False, length=24), nullable=False),
    sa.Column('trigger', sa.Enum('schedule', 'manual', 'event', name='trigger', native_enum=False, length=24), nullable=False),
    sa.Column('state', sa.Enum('queued', 'running', 'ended', name='runstate', native_enum=False, length=24), nullable=False),
    sa.Column('outcome', sa.Enum('succeeded', 'partial', 'failed', 'skipped', name='runoutcome', native_enum=False, length=24), nullable=True),
    sa.Column('leased_until', sa.DateTime(), nullable=True),
    sa.Column('seen', sa.Integer(), nullable=False),
    sa.Column('changed', sa.Integer(), nullable=False),
    sa.Column('skipped', sa.Integer(), nullable=False),
    sa.Column('failed', sa.Integer(), nullable=False),
    sa.Column('summary', sa.String(), nullable=True),
    sa.Column('error_code', sa.String(), nullable=True),
    sa.Column('error_message', sa.String(), nullable=True),
    sa.Column('error_retryable', sa.Boolean(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('key_id', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('started_at', sa.DateTime(), nullable=True),
    sa.Column('ended_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['agent_id'], ['agents.id'], name=op.f('fk_agent_runs_agent_id')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_agent_runs_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agent_runs'))
    )
    with op.batch_alter_table('agent_runs', schema=None) as batch_op:
        batch_op.create_index('ix_agent_runs_agent', ['agent_id', 'id'], unique=False)
        batch_op.create_index('ix_agent_runs_open', ['leased_until'], unique=False, sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'"))
        batch_op.create_index('ix_agent_runs_store', ['store_id', 'id'], unique=False)

    op.create_table('competitor_prices',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('variant_id', sa.String(length=32), nullable=False),
    sa.Column('seller', sa.String(), nullable=False),
    sa.Column('price', sa.BigInteger(), nullable=False),
    sa.Column('shipping', sa.BigInteger(), nullable=True),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('condition', sa.String(), nullable=True),
    sa.Column('country', sa.String(), nullable=True),
    sa.Column('feedback_score', sa.Integer(), nullable=True),
    sa.Column('feedback_bp', sa.Integer(), nullable=True),
    sa.Column('source', sa.String(), nullable=False),
    sa.Column('url', sa.String(), nullable=True),
    sa.Column('seen_at', sa.DateTime(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('key_id', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_competitor_prices_store_id')),
    sa.ForeignKeyConstraint(['variant_id'], ['variants.id'], name=op.f('fk_competitor_prices_variant_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_competitor_prices')),
    sa.UniqueConstraint('variant_id', 'seller', name='uq_competitor_prices_seller')
    )
    with op.batch_alter_table('competitor_prices', schema=None) as batch_op:
        batch_op.create_index('ix_competitor_prices_store', ['store_id', 'id'], unique=False)

    op.create_table('repricer_changes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('run_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('listing_id', sa.String(length=32), nullable=False),
    sa.Column('rule_id', sa.String(), nullable=True),
    sa.Column('rule_name', sa.String(), nullable=True),
    sa.Column('rule_revision', sa.Integer(), nullable=True),
    sa.Column('old_price', sa.Integer(), nullable=False),
    sa.Column('new_price', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('price_version', sa.Integer(), nullable=False),
    sa.Column('applied_version', sa.Integer(), nullable=True),
    sa.Column('outcome', sa.Enum('stays', 'planned', 'chosen', 'applied', 'left_out', 'lost', 'undone', name='changeoutcome', native_enum=False, length=24), nullable=False),
    sa.Column('reasons', sa.JSON(), nullable=False),
    sa.Column('problem', sa.String(), nullable=True),
    sa.Column('applied_at', sa.DateTime(), nullable=True),
    sa.Column('undone_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_repricer_changes_listing_id')),
    sa.ForeignKeyConstraint(['run_id'], ['repricer_runs.id'], name=op.f('fk_repricer_changes_run_id')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_repricer_changes_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_repricer_changes')),
    sa.UniqueConstraint('run_id', 'number', name='uq_repricer_changes_number')
    )
    with op.batch_alter_table('repricer_changes', schema=None) as batch_op:
        batch_op.create_index('ix_repricer_changes_listing', ['listing_id', 'id'], unique=False)
        batch_op.create_index('ix_repricer_changes_moves', ['store_id', 'id'], unique=False, sqlite_where=sa.text("outcome <> 'stays'"), postgresql_where=sa.text("outcome <> 'stays'"))
        batch_op.create_index('ix_repricer_changes_outcome', ['run_id', 'outcome', 'number'], unique=False)

    op.create_table('repricer_rests',
    sa.Column('listing_id', sa.String(length=32), nullable=False),
    sa.Column('rule_id', sa.String(), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('rule_revision', sa.Integer(), nullable=False),
    sa.Column('base_version', sa.Integer(), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['listing_id'], ['listings.id'], name=op.f('fk_repricer_rests_listing_id')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_repricer_rests_store_id')),
    sa.PrimaryKeyConstraint('listing_id', 'rule_id', name=op.f('pk_repricer_rests'))
    )
    with op.batch_alter_table('repricer_rests', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_repricer_rests_store_id'), ['store_id'], unique=False)

    with op.batch_alter_table('listing_prices', schema=None) as batch_op:
        batch_op.create_index('ix_listing_prices_at', ['listing_id', 'at'], unique=False)

    op.add_column('listings', sa.Column('base_version', sa.Integer(), server_default='1', nullable=False))

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_orders_paid'))
        batch_op.create_index('ix_orders_paid', ['store_id', 'paid_at', 'total'], unique=False)

    op.add_column('variants', sa.Column('untold', sa.Boolean(), server_default=sa.false(), nullable=False))
    op.create_index('ix_variants_untold', 'variants', ['store_id', 'id'], unique=False, sqlite_where=sa.text('untold AND active'), postgresql_where=sa.text('untold AND active'))

    op.add_column('webhook_endpoints', sa.Column('held', sa.Boolean(), server_default=sa.false(), nullable=False))

    _give_agents()


def downgrade() -> None:
    op.drop_column('webhook_endpoints', 'held')

    op.drop_index('ix_variants_untold', 'variants')
    op.drop_column('variants', 'untold')

    with op.batch_alter_table('orders', schema=None) as batch_op:
        batch_op.drop_index('ix_orders_paid')
        batch_op.create_index(batch_op.f('ix_orders_paid'), ['store_id', 'paid_at'], unique=False)

    op.drop_column('listings', 'base_version')

    with op.batch_alter_table('listing_prices', schema=None) as batch_op:
        batch_op.drop_index('ix_listing_prices_at')

    with op.batch_alter_table('repricer_rests', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_repricer_rests_store_id'))

    op.drop_table('repricer_rests')
    with op.batch_alter_table('repricer_changes', schema=None) as batch_op:
        batch_op.drop_index('ix_repricer_changes_outcome')
        batch_op.drop_index('ix_repricer_changes_moves', sqlite_where=sa.text("outcome <> 'stays'"), postgresql_where=sa.text("outcome <> 'stays'"))
        batch_op.drop_index('ix_repricer_changes_listing')

    op.drop_table('repricer_changes')
    with op.batch_alter_table('competitor_prices', schema=None) as batch_op:
        batch_op.drop_index('ix_competitor_prices_store')

    op.drop_table('competitor_prices')
    with op.batch_alter_table('agent_runs', schema=None) as batch_op:
        batch_op.drop_index('ix_agent_runs_store')
        batch_op.drop_index('ix_agent_runs_open', sqlite_where=sa.text("state <> 'ended'"), postgresql_where=sa.text("state <> 'ended'"))
        batch_op.drop_index('ix_agent_runs_agent')

    op.drop_table('agent_runs')
    with op.batch_alter_table('repricer_runs', schema=None) as batch_op:
        batch_op.drop_index('ix_repricer_runs_working', sqlite_where=sa.text("state IN ('applying', 'undoing')"), postgresql_where=sa.text("state IN ('applying', 'undoing')"))
        batch_op.drop_index('ix_repricer_runs_store')

    op.drop_table('repricer_runs')
    with op.batch_alter_table('repricer_rules', schema=None) as batch_op:
        batch_op.drop_index('ix_repricer_rules_store')

    op.drop_table('repricer_rules')
    with op.batch_alter_table('agents', schema=None) as batch_op:
        batch_op.drop_index('ix_agents_resting', sqlite_where=sa.text('paused_reason IS NOT NULL OR not_before IS NOT NULL'), postgresql_where=sa.text('paused_reason IS NOT NULL OR not_before IS NOT NULL'))
        batch_op.drop_index('ix_agents_due', sqlite_where=sa.text('next_run_at IS NOT NULL'), postgresql_where=sa.text('next_run_at IS NOT NULL'))

    op.drop_table('agents')
    op.drop_table('agent_beats')


KINDS = (
    'webhook_delivery', 'reservation_sweeper', 'quote_followup', 'repricer', 'stock_watch',
    'settlement_sync', 'retention',
)  # fmt: skip


def _give_agents() -> None:
    """Give every store that is there the agents that a new one begins with."""
    connection, at = op.get_bind(), datetime.now(UTC).replace(tzinfo=None)
    stores = sa.table('stores', sa.column('id'))
    names = (
        'id store_id kind marketplace status every_seconds next_run_at consecutive_failures'
        ' error_retryable created_at updated_at version'
    )
    agents = sa.table('agents', *map(sa.column, names.split()))
    for store_id in connection.scalars(sa.select(stores.c.id)).all():
        rows = [
            {
                'id': f'agt_{ULID()}', 'store_id': store_id, 'kind': kind, 'marketplace': '',
                'status': 'active', 'every_seconds': 3600 if kind == 'repricer' else None,
                'next_run_at': at if kind == 'repricer' else None, 'consecutive_failures': 0,
                'error_retryable': False, 'created_at': at, 'updated_at': at, 'version': 1,
            }
            for kind in KINDS
        ]  # fmt: skip
        connection.execute(agents.insert(), rows)
