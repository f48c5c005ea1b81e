"""rates, drafts and saved replies"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('costing_jobs',
    sa.Column('order_id', sa.String(), nullable=False),
    sa.Column('part', sa.String(), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('material', sa.String(), nullable=False),
    sa.Column('machine_id', sa.String(), nullable=False),
    sa.Column('quantity', sa.Integer(), nullable=False),
    sa.Column('volume', sa.BigInteger(), nullable=False),
    sa.Column('area', sa.BigInteger(), nullable=False),
    sa.Column('milligrams', sa.BigInteger(), nullable=False),
    sa.Column('seconds', sa.BigInteger(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_costing_jobs_store_id')),
    sa.PrimaryKeyConstraint('order_id', 'part', name=op.f('pk_costing_jobs'))
    )
    with op.batch_alter_table('costing_jobs', schema=None) as batch_op:
        batch_op.create_index('ix_costing_jobs_store', ['store_id', 'machine_id', 'at'], unique=False)

    op.create_table('costing_rates',
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('document', sa.JSON(), nullable=False),
    sa.Column('person_id', sa.String(), nullable=True),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_costing_rates_store_id')),
    sa.PrimaryKeyConstraint('store_id', name=op.f('pk_costing_rates'))
    )
    op.create_table('quote_replies',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('title', sa.String(), nullable=False),
    sa.Column('text', sa.String(), nullable=False),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('updated_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_quote_replies_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_quote_replies'))
    )
    with op.batch_alter_table('quote_replies', schema=None) as batch_op:
        batch_op.create_index('ix_quote_replies_store', ['store_id', 'id'], unique=False)

    op.create_table('quote_drafts',
    sa.Column('quote_id', sa.String(length=32), nullable=False),
    sa.Column('person_id', sa.String(), nullable=False),
    sa.Column('typed', sa.JSON(), nullable=False),
    sa.Column('saved_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['quote_id'], ['quotes.id'], name=op.f('fk_quote_drafts_quote_id')),
    sa.PrimaryKeyConstraint('quote_id', 'person_id', name=op.f('pk_quote_drafts'))
    )
    with op.batch_alter_table('quote_drafts', schema=None) as batch_op:
        batch_op.create_index('ix_quote_drafts_person', ['person_id', 'saved_at'], unique=False)

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.add_column(sa.Column('single_keys', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.add_column(sa.Column('next_after_sending', sa.Boolean(), server_default=sa.text('true'), nullable=False))

    with op.batch_alter_table('quote_versions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('working', sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column('automatic', sa.Boolean(), server_default=sa.text('false'), nullable=False))

    with op.batch_alter_table('quotes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('parts', sa.JSON(), server_default='[]', nullable=False))
        batch_op.add_column(sa.Column('volume', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('answered_at', sa.DateTime(), nullable=True))
        batch_op.create_index('ix_quotes_asked', ['store_id', 'created_at'], unique=False)
        batch_op.create_index('ix_quotes_similar', ['store_id', 'material', 'volume'], unique=False)

    op.execute('UPDATE quotes SET answered_at = quoted_at')


def downgrade() -> None:
    with op.batch_alter_table('quotes', schema=None) as batch_op:
        batch_op.drop_index('ix_quotes_similar')
        batch_op.drop_index('ix_quotes_asked')
        batch_op.drop_column('answered_at')
        batch_op.drop_column('volume')
        batch_op.drop_column('parts')

    with op.batch_alter_table('quote_versions', schema=None) as batch_op:
        batch_op.drop_column('automatic')
        batch_op.drop_column('working')

    with op.batch_alter_table('people', schema=None) as batch_op:
        batch_op.drop_column('next_after_sending')
        batch_op.drop_column('single_keys')

    with op.batch_alter_table('quote_drafts', schema=None) as batch_op:
        batch_op.drop_index('ix_quote_drafts_person')

    op.drop_table('quote_drafts')
    with op.batch_alter_table('quote_replies', schema=None) as batch_op:
        batch_op.drop_index('ix_quote_replies_store')

    op.drop_table('quote_replies')
    op.drop_table('costing_rates')
    with op.batch_alter_table('costing_jobs', schema=None) as batch_op:
        batch_op.drop_index('ix_costing_jobs_store')

    op.drop_table('costing_jobs')
