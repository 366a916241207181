"""Which text the listed feeds were read from, so that a list that did not change is not read again."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table empty: the list is read once more, and then its stamp is known."""
    op.create_table(
        "list_stamps",
        sa.Column("stamp", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("stamp"),
        sqlite_strict=True,
    )
