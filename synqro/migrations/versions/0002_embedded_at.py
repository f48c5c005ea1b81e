"""when a shop was put on its page"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('stores', sa.Column('embedded_at', sa.DateTime(), nullable=True))


def downgrade() -> None:
    op.drop_column('stores', 'embedded_at')
