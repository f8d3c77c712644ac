"""When the owner of a case hears next that the reporter has written: at most once a minute, and never not at all."""

import sqlalchemy as sa
from alembic import op

revision = "0074"
down_revision = "0073"


def upgrade() -> None:
    op.add_column("reports", sa.Column("tell_at", sa.String(27)))
    op.create_index("ix_reports_tell_at", "reports", ["tell_at"])


def downgrade() -> None:
    op.drop_index("ix_reports_tell_at", "reports")
    op.drop_column("reports", "tell_at")
