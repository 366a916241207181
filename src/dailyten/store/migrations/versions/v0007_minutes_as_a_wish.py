"""Minutes are a wish only of those who named some; until now 15 stood for "as the editors choose"."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

BEFORE, AFTER = '"minutes":15,', '"minutes":null,'


def upgrade() -> None:
    """Keep what 15 meant: no wish. The texts are canonical JSON, so the words stand in one spelling."""
    for name in ("subscribers", "asks"):
        table = sa.table(name, sa.column("wishes", sa.Text))
        fresh = sa.func.replace(table.c.wishes, BEFORE, AFTER)
        op.execute(table.update().where(table.c.wishes.contains(BEFORE)).values(wishes=fresh))
