"""quotes: what was asked, the versions of the answer, what was said"""

import sqlalchemy as sa
from alembic import op

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None

TO_DO = "status = 'pending' OR unread OR problem IS NOT NULL"
WAITING = "status IN ('quoted', 'accepted')"


def upgrade() -> None:
    op.create_table('quote_counters',
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('last', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_quote_counters_store_id')),
    sa.PrimaryKeyConstraint('store_id', name=op.f('pk_quote_counters'))
    )

    op.create_table('quotes',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('status', sa.Enum('pending', 'quoted', 'accepted', 'paid', 'declined', 'expired', 'cancelled', name='status', native_enum=False, length=24), nullable=False),
    sa.Column('offered', sa.Integer(), nullable=False),
    sa.Column('currency', sa.String(), nullable=False),
    sa.Column('customer_name', sa.String(), nullable=False),
    sa.Column('customer_email', sa.String(), nullable=False),
    sa.Column('customer_phone', sa.String(), nullable=True),
    sa.Column('customer_address', sa.JSON(), nullable=True),
    sa.Column('description', sa.String(), nullable=True),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('product_id', sa.String(), nullable=True),
    sa.Column('product_title', sa.String(), nullable=True),
    sa.Column('material', sa.String(), nullable=True),
    sa.Column('color', sa.String(), nullable=True),
    sa.Column('needed_by', sa.String(), nullable=True),
    sa.Column('file_url', sa.String(), nullable=True),
    sa.Column('metadata', sa.JSON(), nullable=False),
    sa.Column('previous_id', sa.String(), nullable=True),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('token_sealed', sa.String(), nullable=False),
    sa.Column('expires_on', sa.String(), nullable=True),
    sa.Column('expires_at', sa.DateTime(), nullable=True),
    sa.Column('remind_at', sa.DateTime(), nullable=True),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('ended_by', sa.Enum('customer', 'merchant', 'system', name='party', native_enum=False, length=24), nullable=True),
    sa.Column('problem', sa.String(), nullable=True),
    sa.Column('words', sa.String(), nullable=False),
    sa.Column('unread', sa.Boolean(), nullable=False),
    sa.Column('news_at', sa.DateTime(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('quoted_at', sa.DateTime(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(), nullable=True),
    sa.Column('paid_at', sa.DateTime(), nullable=True),
    sa.Column('closed_at', sa.DateTime(), nullable=True),
    sa.Column('files_at', sa.DateTime(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('offered >= 0', name=op.f('ck_quotes_offered')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_quotes_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quotes')),
    sa.UniqueConstraint('store_id', 'number', name='uq_quotes_number'),
    sa.UniqueConstraint('token_hash', name=op.f('uq_quotes_token_hash'))
    )

    with op.batch_alter_table('quotes', schema=None) as batch_op:
        batch_op.create_index('ix_quotes_box', ['store_id', 'news_at', 'id'], unique=False)
        batch_op.create_index('ix_quotes_box_status', ['store_id', 'status', 'news_at', 'id'], unique=False)
        batch_op.create_index('ix_quotes_due', ['expires_at'], unique=False, sqlite_where=sa.text("status = 'quoted'"), postgresql_where=sa.text("status = 'quoted'"))
        batch_op.create_index('ix_quotes_todo', ['store_id', 'news_at', 'id'], unique=False, sqlite_where=sa.text(TO_DO), postgresql_where=sa.text(TO_DO))
        batch_op.create_index('ix_quotes_waiting', ['store_id', 'news_at', 'id'], unique=False, sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING))
        batch_op.create_index('ix_quotes_files', ['files_at'], unique=False, sqlite_where=sa.text('files_at IS NOT NULL'), postgresql_where=sa.text('files_at IS NOT NULL'))
        batch_op.create_index('ix_quotes_email', ['store_id', 'customer_email'], unique=False)
        batch_op.create_index(batch_op.f('ix_quotes_order_id'), ['order_id'], unique=False)
        batch_op.create_index('ix_quotes_remind', ['remind_at'], unique=False, sqlite_where=sa.text("status = 'quoted' AND remind_at IS NOT NULL"), postgresql_where=sa.text("status = 'quoted' AND remind_at IS NOT NULL"))
        batch_op.create_index('ix_quotes_store', ['store_id', 'id'], unique=False)

    op.create_table('quote_files',
    sa.Column('quote_id', sa.String(length=32), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('upload_id', sa.String(), nullable=False),
    sa.Column('filename', sa.String(), nullable=False),
    sa.Column('units', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_quote_files_quote_id')),
    sa.PrimaryKeyConstraint('quote_id', 'position', name=op.f('pk_quote_files'))
    )

    with op.batch_alter_table('quote_files', schema=None) as batch_op:
        batch_op.create_index('ix_quote_files_upload', ['upload_id'], unique=False)

    op.create_table('quote_messages',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('quote_id', sa.String(length=32), nullable=False),
    sa.Column('sender', sa.Enum('customer', 'merchant', 'system', name='party', native_enum=False, length=24), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_quote_messages_quote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote_messages'))
    )

    with op.batch_alter_table('quote_messages', schema=None) as batch_op:
        batch_op.create_index('ix_quote_messages_quote', ['quote_id', 'id'], unique=False)

    op.create_table('quote_timeline',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('quote_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.Enum('asked', 'sent', 'resent', 'extended', 'reminded', 'accepted', 'payment_failed', 'paid', 'balance_paid', 'declined', 'expired', 'cancelled', 'message', 'note', 'problem', 'problem_settled', name='timelinekind', native_enum=False, length=24), nullable=False),
    sa.Column('by', sa.Enum('customer', 'merchant', 'system', name='party', native_enum=False, length=24), nullable=False),
    sa.Column('offered', sa.Integer(), nullable=False),
    sa.Column('order_id', sa.String(), nullable=True),
    sa.Column('text', sa.String(), nullable=True),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_quote_timeline_quote_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote_timeline'))
    )

    with op.batch_alter_table('quote_timeline', schema=None) as batch_op:
        batch_op.create_index('ix_quote_timeline_quote', ['quote_id', 'id'], unique=False)

    op.create_table('quote_versions',
    sa.Column('quote_id', sa.String(length=32), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('lines', sa.JSON(), nullable=False),
    sa.Column('subtotal', sa.Integer(), nullable=False),
    sa.Column('shipping', sa.Integer(), nullable=False),
    sa.Column('tax', sa.Integer(), nullable=False),
    sa.Column('total', sa.Integer(), nullable=False),
    sa.Column('tax_rate_bp', sa.Integer(), nullable=False),
    sa.Column('tax_label', sa.String(), nullable=True),
    sa.Column('tax_included', sa.Boolean(), nullable=False),
    sa.Column('deposit_bp', sa.Integer(), nullable=False),
    sa.Column('due', sa.Integer(), nullable=False),
    sa.Column('lead_time_days', sa.Integer(), nullable=True),
    sa.Column('message', sa.String(), nullable=True),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.CheckConstraint('total >= 0', name=op.f('ck_quote_versions_total')),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_quote_versions_quote_id')),
    sa.PrimaryKeyConstraint('quote_id', 'number', name=op.f('pk_quote_versions'))
    )


def downgrade() -> None:
    op.drop_table('quote_versions')

    with op.batch_alter_table('quote_timeline', schema=None) as batch_op:
        batch_op.drop_index('ix_quote_timeline_quote')

    op.drop_table('quote_timeline')

    with op.batch_alter_table('quote_messages', schema=None) as batch_op:
        batch_op.drop_index('ix_quote_messages_quote')

    op.drop_table('quote_messages')

    with op.batch_alter_table('quote_files', schema=None) as batch_op:
        batch_op.drop_index('ix_quote_files_upload')

    op.drop_table('quote_files')

    with op.batch_alter_table('quotes', schema=None) as batch_op:
        batch_op.drop_index('ix_quotes_store')
        batch_op.drop_index('ix_quotes_remind', sqlite_where=sa.text("status = 'quoted' AND remind_at IS NOT NULL"), postgresql_where=sa.text("status = 'quoted' AND remind_at IS NOT NULL"))
        batch_op.drop_index(batch_op.f('ix_quotes_order_id'))
        batch_op.drop_index('ix_quotes_email')
        batch_op.drop_index('ix_quotes_files', sqlite_where=sa.text('files_at IS NOT NULL'), postgresql_where=sa.text('files_at IS NOT NULL'))
        batch_op.drop_index('ix_quotes_waiting', sqlite_where=sa.text(WAITING), postgresql_where=sa.text(WAITING))
        batch_op.drop_index('ix_quotes_todo', sqlite_where=sa.text(TO_DO), postgresql_where=sa.text(TO_DO))
        batch_op.drop_index('ix_quotes_due', sqlite_where=sa.text("status = 'quoted'"), postgresql_where=sa.text("status = 'quoted'"))
        batch_op.drop_index('ix_quotes_box_status')
        batch_op.drop_index('ix_quotes_box')

    op.drop_table('quotes')

    op.drop_table('quote_counters')
