"""The voter file: who may vote, where, since when, and how often they did.

===============  ==============================================================
folder           holds
===============  ==============================================================
``layouts``      one TOML per source and period: how its files are laid out
``reading``      bytes of any such file to blocks of text columns, bad rows apart
``canonical``    blocks of text columns to voters, identities, history, contacts
``loading``      files into the store, all of a load or nothing
``query``        count, list, show, compare, ask in SQL, as of any day
``synthetic``    electorates that are not real, with the truth behind them
``linkage``      the same person in files that share no id
``codebooks``    small numbers for values of few kinds
``identities``   a voter's identity as the vault keeps it
``state``        one state as stored, slot by slot
===============  ==============================================================
"""
