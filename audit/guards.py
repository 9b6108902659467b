"""Triggers that no setting switches off.

pgtrigger's own ask in each row whether the session says to ignore them. For the record that would be a door beside
the lock, and the question costs more than hashing does.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from pgtrigger import compiler


class GuardSql(compiler.UpsertTriggerSql):
    """Migrations name this class: what it makes is not altered, only followed by another."""

    def get_template(self) -> str:
        return """
            CREATE OR REPLACE FUNCTION {pgid}() RETURNS TRIGGER AS $$
                {declare}
                BEGIN
                    {func}
                END;
            $$ LANGUAGE plpgsql;

            DROP TRIGGER IF EXISTS {pgid} ON {table};
            CREATE TRIGGER {pgid} {when} {operation} ON {table}
                FOR EACH {level} {condition} EXECUTE FUNCTION {execute};

            COMMENT ON TRIGGER {pgid} ON {table} IS '{hash}';
        """


class Guard(pgtrigger.Trigger):
    """A trigger of the record."""

    def compile(self, model: models.Model) -> compiler.Trigger:
        return compiler.Trigger(
            name=self.name,
            sql=GuardSql(
                pgid=self.get_pgid(model),
                declare=self.render_declare(model),
                func=self.render_func(model),
                table=model._meta.db_table,
                when=self.when,
                operation=self.operation,
                level=self.level,
                condition=self.render_condition(model),
                execute=self.render_execute(model),
            ),
        )


def refused(name: str, operation: pgtrigger.Operation, words: str) -> Guard:
    """What never happens to a row of this table."""
    return Guard(name=name, when=pgtrigger.Before, operation=operation, func=f"RAISE EXCEPTION '{words}';")


def kept_whole() -> Guard:
    """A table that is not emptied at one stroke either."""
    return Guard(
        name="kept_whole",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'the record is not emptied';",
    )
