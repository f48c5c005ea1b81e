"""what a store sets for its quotes"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None

MATERIALS = (
    '[{"name": "PLA", "colors": ["Black", "White", "Grey"]},'
    ' {"name": "PETG", "colors": ["Black", "White", "Grey"]}]'
)


def upgrade() -> None:
    with op.batch_alter_table('stores', schema=None) as batch_op:
        batch_op.add_column(sa.Column('quotes_enabled', sa.Boolean(), server_default=sa.text('true'), nullable=False))
        batch_op.add_column(sa.Column('quote_materials', sa.JSON(), server_default=MATERIALS, nullable=False))
        batch_op.add_column(sa.Column('quote_expires_after_days', sa.Integer(), server_default='14', nullable=False))
        batch_op.add_column(sa.Column('quote_deposit_bp', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('quote_lead_time_days', sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column('quote_retention_days', sa.Integer(), server_default='90', nullable=False))
        batch_op.add_column(sa.Column('max_upload_bytes', sa.Integer(), server_default='209715200', nullable=False))
        batch_op.add_column(sa.Column('build_volume_mm', sa.JSON(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('stores', schema=None) as batch_op:
        batch_op.drop_column('build_volume_mm')
        batch_op.drop_column('max_upload_bytes')
        batch_op.drop_column('quote_retention_days')
        batch_op.drop_column('quote_lead_time_days')
        batch_op.drop_column('quote_deposit_bp')
        batch_op.drop_column('quote_expires_after_days')
        batch_op.drop_column('quote_materials')
        batch_op.drop_column('quotes_enabled')
