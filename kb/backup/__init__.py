"""Backup and restore: one file that holds the base, made while everything runs, and the way back.

``archive`` is the file's format and knows no database; ``make`` and ``restore`` are the two directions.
The index is not in it: it is made from the database in seconds, and an index directory is code to whoever opens it.
"""

from kb.backup.make import BackupReport, make_backup
from kb.backup.restore import RestoreReport, restore_backup

__all__ = ["BackupReport", "RestoreReport", "make_backup", "restore_backup"]
