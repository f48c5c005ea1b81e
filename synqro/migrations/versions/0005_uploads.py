"""files of customers"""

import sqlalchemy as sa
from alembic import op

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('uploads',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('store_id', sa.String(length=32), nullable=False),
    sa.Column('token_hash', sa.String(), nullable=False),
    sa.Column('visitor', sa.String(), nullable=False),
    sa.Column('status', sa.Enum('receiving', 'ready', 'refused', 'deleted', name='status', native_enum=False, length=24), nullable=False),
    sa.Column('filename', sa.String(), nullable=False),
    sa.Column('file_type', sa.String(), nullable=True),
    sa.Column('content_type', sa.String(), nullable=True),
    sa.Column('bytes', sa.Integer(), nullable=False),
    sa.Column('received', sa.Integer(), nullable=False),
    sa.Column('pieces', sa.JSON(), nullable=False),
    sa.Column('key', sa.String(), nullable=True),
    sa.Column('thumbnail_key', sa.String(), nullable=True),
    sa.Column('mesh', sa.JSON(), nullable=True),
    sa.Column('refusal', sa.JSON(), nullable=True),
    sa.Column('created_at', sa.DateTime(), nullable=False),
    sa.Column('expires_at', sa.DateTime(), nullable=True),
    sa.Column('held', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.CheckConstraint('bytes >= 0', name=op.f('ck_uploads_bytes')),
    sa.ForeignKeyConstraint(['store_id'], ['stores.id'], name=op.f('fk_uploads_store_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_uploads_token_hash'))
    )

    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.create_index('ix_uploads_due', ['expires_at'], unique=False, sqlite_where=sa.text("expires_at IS NOT NULL AND status <> 'deleted'"), postgresql_where=sa.text("expires_at IS NOT NULL AND status <> 'deleted'"))
        batch_op.create_index('ix_uploads_store', ['store_id', 'created_at'], unique=False)
        batch_op.create_index('ix_uploads_visitor', ['store_id', 'visitor', 'created_at'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.drop_index('ix_uploads_visitor')
        batch_op.drop_index('ix_uploads_store')
        batch_op.drop_index('ix_uploads_due', sqlite_where=sa.text("expires_at IS NOT NULL AND status <> 'deleted'"), postgresql_where=sa.text("expires_at IS NOT NULL AND status <> 'deleted'"))

    op.drop_table('uploads')
