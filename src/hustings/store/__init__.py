"""Where tables live: run folders, written beside and then renamed; the electorate's snapshots and its vault.

=============  ==========================================================
file           holds
=============  ==========================================================
``folders``    :func:`run_folder`: all of a run or nothing
``writing``    :func:`write_csv`, :func:`write_parquet`, :func:`write_json`, :func:`write_text`, :func:`hash_file`
``reading``    :func:`read_run`: a finished folder, checked against the contracts; :func:`empty_table`
``textfile``   delimited text of any encoding, delimiter and line end
``edited``     :func:`read_edited`: tables that people edit, held to their contract cell by cell
``campaign``   a campaign's folder and its ``campaign.toml``
``settings``   tables of settings out of TOML, every key known
``watching``   settings of the watch, and assumptions of the campaign's own
``manifest``   what the electorate's store holds after one load
``snapshots``  the manifests of a store; a load in progress, and what it leaves when it is killed
``columns``    column files: Parquet as every engine reads it
``vault``      the keys: pseudonyms, and what seals
``sealed``     identities in sealed chunks
``lock``       one writer at a time
=============  ==========================================================
"""

from hustings.store.edited import read_edited
from hustings.store.folders import run_folder
from hustings.store.reading import Run, empty_table, read_run
from hustings.store.writing import check_table, hash_file, write_csv, write_json, write_parquet, write_text

__all__ = [
    "Run",
    "check_table",
    "empty_table",
    "hash_file",
    "read_edited",
    "read_run",
    "run_folder",
    "write_csv",
    "write_json",
    "write_parquet",
    "write_text",
]
