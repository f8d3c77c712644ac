"""That a page had left the house before its person's next way was tried, too."""

import sqlalchemy as sa
from alembic import op

revision = "0088"
down_revision = "0087"


def upgrade() -> None:
    with op.batch_alter_table("pages") as pages:
        pages.add_column(sa.Column("left_at", sa.String(27), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("pages") as pages:
        pages.drop_column("left_at")
